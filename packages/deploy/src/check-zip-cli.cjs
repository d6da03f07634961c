#!/usr/bin/env node
// check-zip .serverless/resize.zip [x86_64|arm64]
const { checkZip } = require("./check-zip.cjs");

const [file, architecture] = process.argv.slice(2);
try {
  if (!file) throw new Error("Say which zip: check-zip .serverless/<function>.zip [x86_64|arm64]");
  const { binaries, zippedBytes } = checkZip(file, architecture);
  process.stdout.write(`${file}: ${binaries.length} binaries for ${architecture ?? "x86_64"}, ${zippedBytes} bytes\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
