// The stage `local` runs on this machine, so its functions are packaged for this machine.
module.exports = { architecture: process.arch === "arm64" ? "arm64" : "x86_64" };
