// Tells whether a package is still what its sources say.
const { createHash } = require("node:crypto");
const { existsSync, globSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/** What ends up in the package, or shapes it. */
const SOURCES = ["{functions,src}/**/*.{ts,js,json}", "web/*.*", "runtime/*.json", "*.{yml,cjs,json}"];
const NOTE = ".serverless/sources.sha256";

/** SHA-256 over names and bytes of a service's sources, tests excepted. */
const fingerprint = (folder) => {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: folder }).toSorted()) {
    if (file.endsWith(".test.ts")) continue;
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex");
};

/** Notes beside the package what it was made of. */
const writeFingerprint = (folder) => writeFileSync(join(folder, NOTE), fingerprint(folder));

/** `fresh`, `stale` when a source changed since, `missing` when there is no package with a note. */
const packageState = (folder) => {
  if (!existsSync(join(folder, NOTE))) return "missing";
  return readFileSync(join(folder, NOTE), "utf8") === fingerprint(folder) ? "fresh" : "stale";
};

module.exports = { packageState, writeFingerprint };
