const { esbuildConfig } = require("@warmstart/deploy/esbuild");

// The page is data: its files are bundled as texts.
module.exports = esbuildConfig({ loader: { ".html": "text", ".css": "text", ".page.js": "text" } });
