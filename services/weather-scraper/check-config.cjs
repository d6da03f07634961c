// locations.json passes src/config.ts when the service is packaged: a placeholder that is only refused at run time would
// have been deployed.
const { compileFunction } = require("node:vm");
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const config = () => {
  const entryPoints = [join(__dirname, "src/config.ts")];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: "node", format: "cjs", write: false });
  const loaded = { exports: {} };
  compileFunction(outputFiles[0].text, ["module", "exports", "require"])(loaded, loaded.exports, require);
  return loaded.exports;
};

module.exports = async ({ resolveVariable }) => {
  const stage = await resolveVariable("sls:stage");
  const { locations } = config().readConfig(require("./locations.json"), stage);
  return { stage, locations: locations.length };
};
