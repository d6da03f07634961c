// npm run release: publishes the packages whose number npm does not have yet. `npm run version-packages` gives the numbers.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./command.ts";
import { packPackages } from "./pack-packages.ts";

const folder = mkdtempSync(join(tmpdir(), "warmstart-release-"));
try {
  await packPackages(folder); // builds, leaves nothing in dist/ that has no source, and shows that all can be packed
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = (await run("changeset", ["publish"], { show: true })).status;
