// Joined MP3 files: as long as their header says, as their parts are, and as a decoder makes of them.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { anMp3, headerFrame, id3v1, id3v2 } from "../test/mp3.ts";
import { durationMs, infoFrame, type Mp3Frames, type Mp3Part, NotMp3, readFrames } from "./mp3-join.ts";

const inFullRuns = process.env["WARMSTART_FULL"] ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), "tts-join-"));
afterAll(() => rmSync(folder, { recursive: true }));

const joined = (files: readonly Uint8Array[]): { readonly file: Buffer; readonly parts: readonly Mp3Part[] } => {
  const parts = files.map(readFrames);
  return { file: Buffer.concat([infoFrame(parts), ...parts.map(({ bare }) => bare)]), parts };
};

const XING_AT: Readonly<Record<string, number>> = { "1 1": 21, "1 2": 36, "2 1": 13, "2 2": 21 };

/** What a player reads of the header. */
const headerOf = (file: Buffer, kind: keyof typeof XING_AT) => {
  const at = XING_AT[kind] ?? 0;
  return {
    name: file.toString("latin1", at, at + 4),
    frames: file.readUInt32BE(at + 8),
    bytes: file.readUInt32BE(at + 12),
    toc: [...file.subarray(at + 16, at + 116)],
  };
};

const mono = await anMp3({ seconds: 3.3, kbps: 48 });
const others = [await anMp3({ seconds: 7, kbps: 48 }), await anMp3({ seconds: 1.7, kbps: 48 })];
const xingAt = XING_AT["2 1"] ?? 0;

const KINDS: Readonly<Record<string, Buffer>> = {
  none: mono,
  ID3v2: Buffer.concat([id3v2(1_000), mono]),
  "two ID3v2": Buffer.concat([id3v2(10), id3v2(200), mono]),
  ID3v1: Buffer.concat([mono, id3v1()]),
  Xing: Buffer.concat([headerFrame(mono, "Xing", xingAt), mono]),
  Info: Buffer.concat([headerFrame(mono, "Info", xingAt), mono]),
  VBRI: Buffer.concat([headerFrame(mono, "VBRI", 36), mono]),
  all: Buffer.concat([id3v2(77), headerFrame(mono, "Info", xingAt), mono, id3v1()]),
  "garbage in front": Buffer.concat([Buffer.from("garbage \u00ff\u00fb\u00ff\u00f3", "latin1"), mono]),
  "a frame cut at the end": Buffer.concat([mono, mono.subarray(0, 50)]),
};

describe.each(Object.entries(KINDS))("a part with %s", (_name, part) => {
  test("has the frames of the sound and nothing else", () => {
    const { bare, frames, bytes, offsets } = readFrames(part);
    expect(Buffer.compare(bare, mono)).toBe(0);
    expect([bytes, frames, offsets?.length]).toEqual([mono.length, readFrames(mono).frames, frames]);
  });

  test("joined is as long by the header as its parts are", () => {
    const { file, parts } = joined([part, ...others]);
    const { name, frames, bytes } = headerOf(file, "2 1");
    expect([name, frames, bytes]).toEqual(["Info", parts.reduce((sum, each) => sum + each.frames, 0), file.length]);
    expect(durationMs(parts)).toBeCloseTo((frames * 576_000) / 22_050, 6);
  });
});

test("one frame is a part", () => {
  const { offsets = [] } = readFrames(mono);
  expect(readFrames(mono.subarray(offsets[1], offsets[2])).frames).toBe(1);
});

test("the table of contents begins behind the header", () => {
  const { file } = joined([mono]);
  expect(headerOf(file, "2 1").toc[0]).toBe(Math.floor(((file.length - mono.length) / file.length) * 256));
});

test("garbage between two frames is passed over", () => {
  const { offsets = [] } = readFrames(mono);
  const [, , third = 0] = offsets;
  const broken = Buffer.concat([
    mono.subarray(0, third),
    Buffer.from([0xff, 0xf3, 0x64, 0xc4, 0, 0xff]),
    mono.subarray(third),
  ]);
  expect(Buffer.compare(readFrames(broken).bare, mono)).toBe(0);
});

test("what was joined can be a part again", () => {
  const { file, parts } = joined([mono, ...others]);
  expect(durationMs([readFrames(file)])).toBeCloseTo(durationMs(parts), 6);
});

test.each([
  ["1 1", { sampleRate: 44_100, channels: 1, kbps: 64 }],
  ["1 2", { sampleRate: 44_100, channels: 2, kbps: 128 }],
  ["2 1", { sampleRate: 16_000, channels: 1, kbps: 48 }],
  ["2 1", { sampleRate: 24_000, channels: 1, kbps: 48 }],
  ["2 2", { sampleRate: 22_050, channels: 2, kbps: 48 }],
  ["2 1", { sampleRate: 8_000, channels: 1, kbps: 48 }],
] as const)("MPEG and channels %s: the header is where decoders look, %j", async (kind, options) => {
  const part = await anMp3(options);
  const { file, parts } = joined([part, part]);
  const { frames, bytes } = headerOf(file, kind);
  expect([frames, bytes]).toEqual([2 * (parts[0]?.frames ?? 0), file.length]);
  expect(readFrames(file).frames).toBe(frames);
});

test("parts that cannot stand in one file are refused", async () => {
  for (const other of [{ sampleRate: 16_000 }, { channels: 2 }, { sampleRate: 44_100 }] as const) {
    const parts = [readFrames(mono), readFrames(await anMp3({ kbps: 48, ...other }))];
    expect(() => infoFrame(parts)).toThrow(NotMp3);
  }
  expect(() => infoFrame([])).toThrow(NotMp3);
});

/** Where a player would go for a part of the whole, and where that is. */
const seek = (file: Buffer, parts: readonly Mp3Part[], percent: number) => {
  const { toc, frames, bytes } = headerOf(file, "2 1");
  const { offsets = [] } = readFrames(file);
  const header = file.length - parts.reduce((sum, part) => sum + part.bytes, 0);
  return {
    by: ((toc[percent] ?? 0) / 256) * bytes,
    to: header + (offsets[Math.floor((percent / 100) * frames)] ?? 0),
  };
};

test.each([
  ["constant", { kbps: 48 }],
  ["variable", {}],
] as const)("a seek in a file of %s bit rate lands within 1/256 of it and a frame", async (_name, options) => {
  const files = [await anMp3({ seconds: 8, ...options }), await anMp3({ seconds: 3, ...options })];
  const { file, parts } = joined(files);
  for (let percent = 0; percent < 100; percent += 1) {
    const { by, to } = seek(file, parts, percent);
    expect(Math.abs(to - by)).toBeLessThanOrEqual(file.length / 256 + 400);
  }
});

test("frames of constant bit rate need no offsets for that", async () => {
  const parts = [mono, ...others].map(readFrames);
  const told = parts.map(({ bare: _bare, offsets: _offsets, ...about }) => about);
  const [far, near] = [infoFrame(parts), infoFrame(told)].map((frame) => [...frame]);
  expect(near?.every((byte, at) => Math.abs(byte - (far?.[at] ?? 0)) <= 1)).toBe(true);
});

const isThere = ["/usr/bin/ffmpeg", "/usr/bin/ffprobe"].every(existsSync);
const withDecoder = isThere ? describe : describe.skip;
const run = (command: string, parameters: readonly string[]): string =>
  execFileSync("/bin/sh", ["-c", '"$0" "$@" 2>&1', `/usr/bin/${command}`, "-v", "warning", ...parameters], {
    encoding: "utf8",
  });
const secondsOf = (path: string): number =>
  Number(run("ffprobe", ["-show_entries", "format=duration", "-of", "default=nk=1:nw=1", path]));

const DECODED: Readonly<Record<string, readonly Buffer[]>> = {
  "bare parts": [mono, ...others],
  "parts with tags and headers": Object.values(KINDS),
  "parts of variable bit rate": [await anMp3({ seconds: 3 }), await anMp3({ seconds: 1.1 })],
};

withDecoder("a decoder has no complaint and the same length", () => {
  test.each(Object.entries(DECODED))("%s", (name, files) => {
    const path = join(folder, name.replaceAll(" ", "-"));
    const { file, parts } = joined(files);
    writeFileSync(`${path}.mp3`, file);
    expect(run("ffmpeg", ["-y", "-i", `${path}.mp3`, `${path}.wav`])).toBe("");
    for (const kind of ["mp3", "wav"])
      expect(Math.abs(secondsOf(`${path}.${kind}`) * 1000 - durationMs(parts))).toBeLessThan(1);
  });
});

const FRAME = readFrames(mono).offsets?.[1] ?? 0;
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.constantFrom<Uint8Array>(
    id3v2(300),
    id3v1(),
    mono.subarray(0, FRAME),
    mono.subarray(0, 3 * FRAME),
    Buffer.from("ID3"),
  ),
  fc.integer({ min: 0, max: mono.length - 4 }).map((at) => mono.subarray(at, at + 500)),
);

const framesIn = (file: Uint8Array): Mp3Frames | undefined => {
  try {
    return readFrames(file);
  } catch (error) {
    if (error instanceof NotMp3) return undefined;
    throw error;
  }
};

const expectFramesOrNone = (runs: number): void =>
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 8 }), (pieces) => {
      const file = Buffer.concat(pieces);
      const read = framesIn(file);
      if (read === undefined) return;
      expect(read.bytes).toBeLessThanOrEqual(file.length);
      expect(readFrames(read.bare).frames).toBeGreaterThan(0);
      expect(durationMs([readFrames(Buffer.concat([infoFrame([read]), read.bare]))])).toBeGreaterThan(0);
    }),
    { seed: 5, numRuns: runs },
  );

test("foreign bytes are frames, or no MP3", () => expectFramesOrNone(500));
test("no bytes at all are no MP3", () => expect(() => readFrames(new Uint8Array())).toThrow(NotMp3));
test("megabytes of what looks like frames and is none come to an end", () => {
  for (const pattern of [[0xff], [0xff, 0xf3, 0x64, 0xc4], [0xff, 0xf3], [0x49, 0x44, 0x33]])
    expect(framesIn(Buffer.alloc(3_000_000, Buffer.from(pattern)))?.frames ?? 0).toBeLessThan(30_000);
});
inFullRuns("at length", () => {
  test("foreign bytes", () => expectFramesOrNone(100_000), 600_000);
});
