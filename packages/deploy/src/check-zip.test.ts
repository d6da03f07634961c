import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { checkZip, elfArchitecture } from "./check-zip.cjs";

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
  readonly size: number;
}

/** The head of a file (30 bytes) or of its entry in the directory (46): the same fields from `from` on. */
const head = (signature: number, length: number, from: number, { name, data, size }: Entry): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(8, from); // deflated
  bytes.writeUInt32LE(crc32(data), from + 6);
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
    const file = { name, data: deflateRawSync(content), size: content.length };
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

test("a file tells its machine, a script none", () => {
  expect(elfArchitecture(elf(0x3e))).toBe("x86_64");
  expect(elfArchitecture(Buffer.from("#!/bin/sh and more than twenty bytes"))).toBeUndefined();
});
