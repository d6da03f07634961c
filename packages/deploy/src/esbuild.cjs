// SDK and all inside: a bundled SDK loads faster than the runtime's own. CJS: loads faster than ESM on Lambda, and
// `sls invoke local` can load it. `module` before `main`: tree-shaken like ESM (343 instead of 548 KB with the document
// client). No source maps: they would more than double the zip, and reading them costs about 10 ms at each cold start.
const build = {
  bundle: true,
  minify: true,
  format: "cjs",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  legalComments: "none",
  sourcemap: false,
};

/** npm's word for a Lambda architecture: `x64`, not `x86_64`. */
const npmCpu = (architecture) => (architecture === "arm64" ? "arm64" : "x64");

/**
 * What makes npm install sharp's binary for Lambda and not for this machine: `installExtraArgs` does not reach the prune
 * that follows the install, so an x64 machine would silently put x64 binaries into an arm64 zip.
 */
const sharpEnvironment = (architecture) => ({
  npm_config_cpu: npmCpu(architecture),
  npm_config_os: "linux",
  npm_config_libc: "glibc",
});

/** Whether sharp will run here and not on Lambda's Linux: `invoke local`, and the stage `local` of a Mac or Windows. */
const isForThisMachine = ({ service, processedInput }) => {
  if (processedInput?.commands?.[0] === "invoke") return true;
  const stage = processedInput?.options?.stage ?? service.provider.stage;
  return stage === "local" && process.platform !== "linux";
};

const aimSharp = (serverless) => {
  if (isForThisMachine(serverless)) return;
  const { service } = serverless;
  Object.assign(process.env, sharpEnvironment(service.provider.architecture));
};

/**
 * The export of a service's esbuild.config.cjs, named in serverless.yml as `custom.esbuild.config` (its only key).
 * With `sharp`, that package stays outside of the bundle and is installed for the stage's architecture from
 * runtime/package.json, which pins it with its own lock.
 */
const esbuildConfig =
  ({ sharp = false, ...own } = {}) =>
  (serverless) => {
    if (!sharp) return { ...build, ...own };
    aimSharp(serverless);
    return { ...build, external: ["sharp"], packager: "npm", packagePath: "./runtime/package.json", ...own };
  };

module.exports = { esbuildConfig, build, isForThisMachine, sharpEnvironment };
