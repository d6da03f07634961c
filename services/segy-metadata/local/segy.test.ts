import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "valibot";
import { grid } from "../test/acquisition.ts";
import { writeSegy } from "../test/write-segy.ts";
import { Metadata } from "../src/document/metadata.ts";
import { openFile } from "./file-source.ts";

const program = join(import.meta.dirname, "../bin/warmstart-segy.mjs");
const folder = mkdtempSync(join(tmpdir(), "warmstart-segy-"));
const file = (name: string) => join(folder, name);

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What Node compiled in an earlier run spares a part of the next one's time. */
const { NODE_COMPILE_CACHE } = process.env;
const env = { PATH: "", ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };

const segy = async (...args: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
      resolve({ status: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });

beforeAll(() => {
  const lines = ["C 1 SURVEY: A DEMO", "C 2 ED50 / UTM zone 31N", "C 3 AREA: \u001B]0;owned\u0007"];
  writeFileSync(file("cube.sgy"), writeSegy({ survey: grid(40, 50), text: { encoding: "ascii", lines } }));
  writeFileSync(
    file("noise.sgy"),
    Buffer.alloc(20_000, "no seismic data in here, ").map((byte, at) => byte ^ (at % 251)),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a cube", () => {
  test("gets a report with a map, in 80 columns, without control codes, and nothing on standard error", async () => {
    const { status, out, err } = await segy(file("cube.sgy"));
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^ready, 3D post-stack, 2,000 traces, /m);
    expect(out).toMatch(/^system +EPSG:23031; the middle is at 54\.\d+° N, 4\.\d+° E/m);
    expect(out).toMatch(/⣿{30}/);
    expect(out).toMatch(/^confidence +exact/m);
    expect(out).toMatch(/^(?:\P{C}*\n)*$/u);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("gets the document of the service as JSON", async () => {
    const { status, out } = await segy("--json", file("cube.sgy"));
    const document = parse(Metadata, JSON.parse(out));
    expect(status).toBe(0);
    expect(document).toMatchObject({ confidence: "exact", format: { traces: 2000 }, basis: { tracesRead: 2000 } });
  });

  test("is sampled when that is asked for, and has the keys that the caller names", async () => {
    const { out } = await segy("--json", "--mode", "sampled", "--keys", "193,189", file("cube.sgy"));
    const { confidence, geometry } = parse(Metadata, JSON.parse(out));
    expect(confidence).not.toBe("exact");
    expect(geometry).toMatchObject({ slow: { byte: 193 }, fast: { byte: 189 } });
  });
});

test("a file of another kind is rejected with status 1, and the report says so", async () => {
  const { status, out } = await segy(file("noise.sgy"));
  expect(status).toBe(1);
  expect(out).toMatch(/^rejected/m);
  expect(out).toMatch(/^error +not-segy/m);
});

test.each([
  [["nowhere.sgy"], "cannot read nowhere.sgy: there is no such file"],
  [[folder], "it is a folder"],
  [["--mode", "fast", "a.sgy"], "--mode is sampled or exact, not fast"],
])("%j has status 2, and standard error says what and which", async (args, message) => {
  const { status, out, err } = await segy(...args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(message);
});

test("a device is no file, either", async () => {
  await expect(openFile("/dev/null")).rejects.toThrow("it is no regular file");
});

test("help is no mistake", async () => {
  expect(await segy("--help")).toMatchObject({ status: 0, out: expect.stringMatching(/^usage: /), err: "" });
});
