// Looks into the zip of a function before it is deployed: whole, and sharp for the right machine.
const { readFileSync } = require("node:fs");
const { crc32 } = require("node:zlib");
const { zipContent, zipEntries } = require("./zip.cjs");

// e_machine of the ELF header.
const MACHINES = new Map([
  [0x3e, "x86_64"],
  [0xb7, "arm64"],
]);

/** The architecture for which an ELF file was built; undefined when it is no ELF file of a machine that Lambda has. */
const elfArchitecture = (bytes) =>
  bytes.length > 20 && bytes.readUInt32BE(0) === 0x7f454c46 ? MACHINES.get(bytes.readUInt16LE(18)) : undefined;

const isNative = ({ name }) => /node_modules\/@img\/.*\.(?:node|so)(?:\.[\d.]+)?$/.test(name);

/**
 * Checks that a packaged function holds sharp for one Lambda architecture and for no other. Throws with the command that
 * puts it right; returns the binaries and the sizes.
 */
const checkZip = (file, architecture = "x86_64") => {
  const zip = readFileSync(file);
  const entries = zipEntries(zip);
  const binaries = entries.filter(isNative).map((entry) => ({
    name: entry.name,
    architecture: elfArchitecture(zipContent(zip, entry)),
  }));
  const wanted = `node_modules/@img/sharp-linux-${architecture === "arm64" ? "arm64" : "x64"}/`;
  const wrong = binaries.filter((binary) => binary.architecture !== architecture);
  if (!binaries.some(({ name }) => name.includes(wanted)) || wrong.length) {
    const found = binaries.map((binary) => `${binary.name} (${binary.architecture ?? "no Lambda architecture"})`);
    throw new Error(
      `${file} needs sharp for ${architecture} and holds ${found.join(", ") || "none"}. ` +
        `Run: npx sls package, with esbuildConfig({ sharp: true }) in esbuild.config.cjs ` +
        `and provider.architecture: ${architecture} in serverless.yml`,
    );
  }
  const other = entries.filter(({ name }) => !name.includes("node_modules/"));
  return { binaries, zippedBytes: zip.length, otherBytes: other.reduce((sum, { bytes }) => sum + bytes, 0) };
};

const isWhole = (zip, entry) => {
  try {
    return crc32(zipContent(zip, entry)) === entry.crc;
  } catch {
    return false; // cut off
  }
};

/** Checks that every file in a zip can be read, and that the file of a Node.js handler is among them; throws if not. */
const checkWhole = (file, handler) => {
  const zip = readFileSync(file);
  let entries;
  try {
    entries = zipEntries(zip);
  } catch (error) {
    throw new Error(`${file} (${zip.length} bytes) is not whole: ${error.message}. Package it again`, { cause: error });
  }
  const damaged = entries.find((entry) => !isWhole(zip, entry));
  if (damaged) throw new Error(`${file} is not whole: ${damaged.name} in it cannot be read. Package it again`);
  const module = handler?.replace(/\.[^./]+$/, "");
  if (handler && !entries.some(({ name, bytes }) => bytes > 0 && name.replace(/\.[cm]?js$/, "") === module)) {
    throw new Error(`${file} has no ${module}.js for the handler ${handler}. Package it again`);
  }
};

module.exports = { checkWhole, checkZip, elfArchitecture };
