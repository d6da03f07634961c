// FALLBACK_URL passes the same check as every link's target, when the service is packaged: within the redirect's bundle
// that check would cost each cold start.
const { compileFunction } = require("node:vm");
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const safeUrl = () => {
  const entryPoints = [join(__dirname, "src/safe-url.ts")];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: "node", format: "cjs", write: false });
  const loaded = { exports: {} };
  compileFunction(outputFiles[0].text, ["module", "exports", "require"])(loaded, loaded.exports, require);
  return loaded.exports;
};

module.exports = async ({ resolveVariable }) => {
  const given = await resolveVariable("param:fallbackUrl");
  if (given === "") return { url: "" };
  const baseUrl = await resolveVariable("param:baseUrl");
  const check = safeUrl().checkUrl(given, baseUrl === "" ? undefined : new URL(baseUrl).hostname);
  if (!check.ok) throw new Error(`The parameter fallbackUrl, ${JSON.stringify(given)}, ${check.detail}`);
  return { url: check.url };
};
