import { mkdtempSync, lstatSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { assert, asyncProperty, integer, uint8Array } from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { createCodeStore } from "./code.ts";
import { unzip } from "./unzip.ts";
import { makeZip, type ZipEntry } from "./zip.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-zip-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const outcomeOf = async (zip: Buffer): Promise<string> => {
  try {
    await unzip(zip, folder);
    return "unpacked";
  } catch (error) {
    return error instanceof AwsError ? error.code : String(error);
  }
};

test("files, folders, modes and links inside the zip are kept; files are read-only", async () => {
  const entries: readonly ZipEntry[] = [
    { name: "lib/", content: "", mode: 0o40755 },
    { name: "lib/tool", content: "#!", mode: 0o100755 },
    { name: "lib/data.json", content: "{}" },
    { name: "link", content: "lib/tool", mode: 0o120777 },
  ];
  await unzip(makeZip(entries), folder);
  expect(lstatSync(join(folder, "lib/tool")).mode & 0o777).toBe(0o555);
  expect(lstatSync(join(folder, "lib/data.json")).mode & 0o777).toBe(0o444);
  expect(readlinkSync(join(folder, "link"))).toBe("lib/tool");
  expect(readFileSync(join(folder, "link"), "utf8")).toBe("#!");
});

describe("a hostile zip", () => {
  const LINK = 0o120777;
  test.each<[string, readonly ZipEntry[]]>([
    ["parent folder", [{ name: "a/../../x", content: "" }]],
    ["absolute path", [{ name: "/tmp/x", content: "" }]],
    ["backslashes", [{ name: "..\\x", content: "" }]],
    ["absolute link", [{ name: "x", content: "/etc/passwd", mode: LINK }]],
    ["link upwards", [{ name: "a/x", content: "../../y", mode: LINK }]],
    ["file through a link", [{ name: "a", content: ".", mode: LINK }, { name: "a/x", content: "" }]], // prettier-ignore
    ["the same file twice", [{ name: "a", content: "1" }, { name: "a", content: "2" }]], // prettier-ignore
    ["a file that is also a folder", [{ name: "a", content: "1" }, { name: "a/b", content: "2" }]], // prettier-ignore
  ])("is refused: %s", async (_name, entries) => {
    expect(await outcomeOf(makeZip(entries))).toBe("InvalidParameterValueException");
  });

  test("that would unpack to more than 250 MB, or more than it says, is refused", async () => {
    const zip = makeZip([{ name: "a", content: "small" }]);
    const central = zip.indexOf(Buffer.from("PK\u0001\u0002"));
    const huge = Buffer.from(zip);
    huge.writeUInt32LE(300 * 1024 * 1024, central + 24);
    expect(await outcomeOf(huge)).toBe("InvalidParameterValueException");

    const packed = deflateRawSync(Buffer.alloc(1e6));
    const bomb = makeZip([{ name: "a", content: packed }]);
    const at = bomb.indexOf(Buffer.from("PK\u0001\u0002"));
    bomb.writeUInt16LE(8, at + 10); // deflated, of this few bytes
    bomb.writeUInt32LE(10, at + 24);
    expect(await outcomeOf(bomb)).toBe("InvalidParameterValueException");
  });

  test("of any damage is refused or unpacked, and nothing else", async () => {
    const zip = makeZip([{ name: "index.js", content: "exports.handler = 1" }, { name: "b/c", content: "d" }]); // prettier-ignore
    const damaged = asyncProperty(integer({ min: 0, max: zip.length - 1 }), uint8Array({ minLength: 1, maxLength: 4 }), async (at, bytes) => {
      const copy = Buffer.from(zip);
      copy.set(bytes.slice(0, copy.length - at), at);
      expect(["unpacked", "InvalidParameterValueException"]).toContain(await outcomeOf(copy));
      rmSync(folder, { recursive: true, force: true });
    }); // prettier-ignore
    await assert(damaged, { seed: 7, numRuns: FULL ? 150 : 60 });
  });
});

test("equal zips are unpacked once, and a failed one leaves nothing", async () => {
  const code = createCodeStore(folder);
  const zip = makeZip([{ name: "index.js", content: "1" }]);
  const [first, second] = await Promise.all([code.add(zip), code.add(zip)]);
  expect(second).toEqual(first);
  await expect(code.add(Buffer.from("no zip"))).rejects.toMatchObject({ code: "InvalidParameterValueException" });
  expect(readdirSync(folder).filter((name) => name !== "package.json" && !name.endsWith(".zip"))).toHaveLength(1);
  expect(lstatSync(code.folderOf(first)).mode & 0o777).toBe(0o555);
  const other = await code.add(makeZip([{ name: "index.js", content: "2" }]));
  code.prune([other]);
  expect(readdirSync(folder).toSorted()).toEqual([
    basename(code.folderOf(other)),
    `${basename(code.folderOf(other))}.zip`,
    "package.json",
  ]);
  code.close();
  expect(lstatSync(code.folderOf(other)).mode & 0o777).toBe(0o755);
});

test("adding code leaves the file above all code alone: functions that start meanwhile read it", async () => {
  const store = createCodeStore(folder);
  const zip = makeZip([{ name: "index.js", content: "" }]);
  await store.add(zip);
  expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toEqual({});
  rmSync(join(folder, "package.json"));
  symlinkSync("/dev/full", join(folder, "package.json")); // whoever writes to it fails
  await store.add(zip);
  store.close();
});
