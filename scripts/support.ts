// npm run support: writes packages/cloud/SUPPORT.md from the code's own tables; with --print it goes to standard output.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackages, packagingErrors } from "./package-services.ts";
import { root } from "./repository.ts";

const built = await buildPackages();
if (built.status !== 0) throw new Error(packagingErrors(built.output));
const { describeSupport } = await import("@warmstart/cloud/support"); // not before it is built
const text = await describeSupport();
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(join(root, "packages/cloud/SUPPORT.md"), text);
