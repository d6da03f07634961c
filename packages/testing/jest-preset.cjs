// The jest configuration of every service: swc turns TypeScript into ESM, JavaScript stays; tests run as Node runs the code.
const { join } = require("node:path");

module.exports = {
  testEnvironment: join(__dirname, "dist/environment.js"),
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      require.resolve("@swc/jest"),
      {
        jsc: { target: "es2024", parser: { syntax: "typescript" }, experimental: { keepImportAttributes: true } },
        module: { type: "es6" },
      },
    ],
  },
  testMatch: ["**/*.test.{ts,js,mjs}"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "/\\.serverless/", "/\\.esbuild/"],
  modulePathIgnorePatterns: ["/dist/.*/package\\.json", "/\\.serverless/", "/\\.esbuild/", "/\\.warmstart/"],
  globalSetup: join(__dirname, "dist/global-setup.js"),
  globalTeardown: join(__dirname, "dist/global-teardown.js"),
  setupFilesAfterEnv: [join(__dirname, "dist/matchers.js")],
  testTimeout: 30_000,
};
