// A plugin of osls: what must hold of every package before it is deployed.
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { checkZip } = require("./check-zip.cjs");
const { writeFingerprint } = require("./fingerprint.cjs");
const { isForThisMachine } = require("./esbuild.cjs");
const { zipEntries } = require("./zip.cjs");

const holdsSharp = (file) => zipEntries(readFileSync(file)).some(({ name }) => name.includes("node_modules/sharp/"));

/** sharp for another architecture is its most reported fault on Lambda, and shows only when the function starts. */
const checkSharp = (serverless) => {
  if (isForThisMachine(serverless)) return;
  const { service } = serverless;
  for (const name of service.getAllFunctions()) {
    const { artifact } = service.getFunction(name).package ?? {};
    if (artifact && holdsSharp(artifact)) checkZip(artifact, service.provider.architecture);
  }
};

const LOOK_MS = 300;

/** After a failed build serverless-esbuild leaves esbuild's process open, and osls, which only sets the exit code, hangs. */
const endAfterFailure = () => {
  setInterval(() => process.exitCode && process.exit(), LOOK_MS).unref();
};

/** serverless-esbuild copies what it zips into the temporary folder and leaves it there: 20 MB each time with sharp. */
const cleanUpAtExit = () => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-package-"));
  process.env.TMPDIR = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
};

module.exports = function warmstart(serverless) {
  endAfterFailure();
  cleanUpAtExit();
  this.hooks = {
    "after:package:createDeploymentArtifacts": () => checkSharp(serverless),
    "after:package:finalize": () => writeFingerprint(serverless.config.serviceDir),
  };
};
