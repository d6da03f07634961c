// A plugin of osls: what must hold of every package before it is deployed.
const { readFileSync } = require("node:fs");
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

module.exports = function warmstart(serverless) {
  endAfterFailure();
  this.hooks = {
    "after:package:createDeploymentArtifacts": () => checkSharp(serverless),
    "after:package:finalize": () => writeFingerprint(serverless.config.serviceDir),
  };
};
