const { esbuildConfig } = require("@warmstart/deploy/esbuild");

module.exports = esbuildConfig();
