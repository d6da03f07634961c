// npm run pictures: docs/npm-start.svg, drawn from what `npm start` writes now. Best in a fresh clone: one that ran before
// says "unchanged" where a reader's will say "deployed".
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { captureNpmStart } from "./pictures/npm-start.ts";
import { shortened, terminalPicture } from "./pictures/terminal.ts";
import { root, services } from "./repository.ts";

const label = `What npm start writes: the embedded AWS is ready, ${services().length} services are deployed, each with its URL and a command to try`;
const lines = shortened(await captureNpmStart());
writeFileSync(join(root, "docs/npm-start.svg"), terminalPicture(lines, label));
process.stdout.write(`${lines.join("\n")}\n\ndocs/npm-start.svg has ${lines.length} lines\n`);
