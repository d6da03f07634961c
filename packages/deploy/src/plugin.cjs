// A plugin of osls: what must hold of every package before it is deployed.
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join, resolve } = require("node:path");
const { checkWhole, checkZip } = require("./check-zip.cjs");
const { writeFingerprint } = require("./fingerprint.cjs");
const { isForThisMachine } = require("./esbuild.cjs");
const { lockService } = require("./lock.cjs");
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

/** A zip that is not whole must not be deployed, nor come back from turbo's cache. */
const checkZips = ({ config, service, processedInput }) => {
  const only = processedInput.options.function;
  for (const name of only ? [only] : service.getAllFunctions()) {
    const { handler, image, package: own = {}, runtime = service.provider.runtime } = service.getFunction(name);
    const artifact = own.artifact ?? service.package.artifact;
    if (image || own.disable || /^(?:s3|https):/.test(artifact)) continue;
    if (!artifact) throw new Error(`${name} has no zip: nothing was packaged for it`);
    checkWhole(resolve(config.serviceDir, artifact), runtime.startsWith("nodejs") ? handler : undefined);
  }
};

/** Commands that write .esbuild or .serverless. */
const WRITING = new Set(["package", "deploy", "deploy function", "invoke local"]);

const writes = ({ processedInput: { commands, options }, service }) => {
  const command = commands.join(" ");
  const isPackaged = command === "deploy" && (options.package ?? service.package.path) !== undefined;
  return WRITING.has(command) && !isPackaged;
};

/** Alone from here on; what an earlier run left in .esbuild would end up in the zip. */
const start = async (serverless) => {
  if (!writes(serverless)) return;
  const { serviceDir } = serverless.config;
  await lockService(serviceDir);
  rmSync(join(serviceDir, ".esbuild"), { recursive: true, force: true });
};

/** osls knows a `Ref` in a variable for a resource alone. A parameter has its default there, or what `-e` says. */
const resolveParameters = ({ processedInput, service }) => {
  if (processedInput.commands.join(" ") !== "invoke local") return;
  const { Parameters = {} } = service.resources ?? {};
  for (const { environment = {} } of service.getAllFunctions().map((name) => service.getFunction(name))) {
    for (const [name, value] of Object.entries(environment)) {
      const parameter = Parameters[value?.Ref];
      if (parameter) environment[name] = parameter.Default ?? "";
    }
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
    initialize: async () => {
      resolveParameters(serverless);
      await start(serverless);
    },
    "after:package:createDeploymentArtifacts": () => {
      checkZips(serverless);
      checkSharp(serverless);
    },
    "after:deploy:function:packageFunction": () => checkZips(serverless),
    "after:package:finalize": () => writeFingerprint(serverless.config.serviceDir),
  };
};
