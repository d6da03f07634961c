import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { checkWhole, checkZip, elfArchitecture } from "./check-zip.cjs";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-zip-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const elf = (machine: number): Buffer => {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
};

interface Entry {
  readonly name: string;
  readonly data: Buffer;
  readonly crc: number;
  readonly size: number;
}

/** The head of a file (30 bytes) or of its entry in the directory (46): the same fields from `from` on. */
const head = (signature: number, length: number, from: number, { name, data, crc, size }: Entry): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(8, from); // deflated
  bytes.writeUInt32LE(crc, from + 6);
  bytes.writeUInt32LE(data.length, from + 10);
  bytes.writeUInt32LE(size, from + 14);
  bytes.writeUInt16LE(name.length, from + 18);
  return bytes;
};

const zip = (files: Readonly<Record<string, Buffer>>): string => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const file = { name, data: deflateRawSync(content), crc: crc32(content), size: content.length };
    const local = Buffer.concat([head(0x04034b50, 30, 8, file), Buffer.from(name), file.data]);
    const entry = head(0x02014b50, 46, 10, file);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  const file = join(folder, `${Object.keys(files).length}-${offset}.zip`);
  writeFileSync(file, Buffer.concat([...parts, ...directory, end]));
  return file;
};

const sharp = (npmName: string, machine: number): Record<string, Buffer> => ({
  [`node_modules/@img/sharp-linux-${npmName}/lib/sharp-linux-${npmName}-0.35.5.node`]: elf(machine),
  [`node_modules/@img/sharp-libvips-linux-${npmName}/lib/libvips-cpp.so.8.18.7`]: elf(machine),
});

test("sharp of the right architecture passes, with sizes", () => {
  const file = zip({ "functions/resize.js": Buffer.alloc(1000), ...sharp("arm64", 0xb7) });
  expect(checkZip(file, "arm64")).toMatchObject({
    binaries: [{ architecture: "arm64" }, { architecture: "arm64" }],
    otherBytes: 1000,
  });
  expect(checkZip(zip(sharp("x64", 0x3e)), "x86_64").binaries).toHaveLength(2);
});

test.each([
  ["none at all", { "functions/resize.js": Buffer.alloc(10) }],
  ["another architecture", sharp("x64", 0x3e)],
  ["a lying name", sharp("arm64", 0x3e)],
  ["a second architecture", { ...sharp("arm64", 0xb7), ...sharp("x64", 0x3e) }],
  ["no binary", { ...sharp("arm64", 0xb7), "node_modules/@img/sharp-darwin-arm64/lib/sharp.node": Buffer.alloc(64) }],
])("%s fails with the command to run", (_name, files) => {
  expect(() => checkZip(zip(files), "arm64")).toThrow(/needs sharp for arm64.*npx sls package/);
});

test("what is no zip is said to be none", () => {
  const file = join(folder, "text.zip");
  writeFileSync(file, "hello ".repeat(10));
  expect(() => checkZip(file)).toThrow("Not a zip file");
});

test("a whole zip with the handler's file passes", () => {
  const file = zip({ "functions/a.js": Buffer.from("exports.handler = 1;"), "functions/a.txt": Buffer.alloc(5) });
  expect(() => checkWhole(file, "functions/a.handler")).not.toThrow();
  expect(() => checkWhole(file)).not.toThrow();
  expect(() => checkWhole(file, "functions/b.handler")).toThrow(/has no functions\/b.js for the handler/);
});

test.each([
  ["empty", 0, /0 bytes.*not whole: Not a zip file/],
  ["cut off", 100, /not whole: Not a zip file/],
])("a zip that is %s is said not to be whole", (name, bytes, message) => {
  const whole = readFileSync(zip({ "functions/a.js": Buffer.alloc(1000, "exports.handler = 1;") }));
  const file = join(folder, `${name}.zip`);
  writeFileSync(file, whole.subarray(0, Math.min(bytes, whole.length - 1)));
  expect(() => checkWhole(file, "functions/a.handler")).toThrow(message);
});

test("a zip with other bytes than its directory tells is said not to be whole; so is one without the handler's code", () => {
  const file = zip({ "functions/c.js": Buffer.from("exports.handler = () => 'cccccccc';") });
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, 50, 60));
  expect(() => checkWhole(file, "functions/c.handler")).toThrow(/functions\/c.js in it cannot be read/);
  expect(() => checkWhole(zip({ "functions/d.js": Buffer.alloc(0) }), "functions/d.handler")).toThrow(
    /has no functions/,
  );
});

test("a file tells its machine, a script none", () => {
  expect(elfArchitecture(elf(0x3e))).toBe("x86_64");
  expect(elfArchitecture(Buffer.from("#!/bin/sh and more than twenty bytes"))).toBeUndefined();
});
