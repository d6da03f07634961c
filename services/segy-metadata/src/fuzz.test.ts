// Foreign bytes: whatever is in a file, the answer is a document, in bounded time, that claims no more than is there.
import { expect, test } from "@jest/globals";
import { grid } from "../test/acquisition.ts";
import { readDocument } from "../test/read-document.ts";
import { END_TEXT, layoutStanza } from "../test/text-records.ts";
import { randomNumbers } from "../test/trace-order.ts";
import { writeSegy } from "../test/write-segy.ts";
import * as v from "valibot";
import { Metadata } from "./document/metadata.ts";

const full = process.env["WARMSTART_FULL"] === "1";
const RUNS = full ? 100_000 : 400;

/** Small files of different kinds; the damage is done to copies of them. */
const originals: readonly Buffer[] = [
  writeSegy({ survey: grid(4, 6) }),
  writeSegy({ survey: grid(5, 4), byteOrder: "little", sampleCode: 3, revision: [1, 0] }),
  writeSegy({ survey: grid(3, 5), byteOrder: "swapped", sampleCode: 1 }),
  writeSegy({ survey: grid(3, 5), revision: [2, 1], traceHeaders: 2, byteOrderConstant: true }),
  writeSegy({
    survey: grid(3, 5),
    records: [
      {
        text: layoutStanza([
          { name: "iline", byte: 189, type: "int4" },
          { name: "xline", byte: 193, type: "int4" },
        ]),
      },
      { text: END_TEXT },
    ],
    declaredRecords: -1,
  }),
  writeSegy({ survey: { kind: "shots", shots: { first: 1, count: 3 }, channels: 8 } }),
  writeSegy({ survey: grid(3, 5), samplesOf: (trace) => 10 + (trace % 5) }),
  writeSegy({ container: "su", survey: grid(4, 5) }),
];

/** Bytes where a change matters most: the binary header, the stanza, the first trace headers; else anywhere. */
const placeIn = (bytes: Buffer, random: () => number): number => {
  const [from, length] = [
    [3200, 400],
    [3600, 3440],
    [0, 3200],
    [0, bytes.length],
  ][Math.floor(random() * 4)] as [number, number]; // one of the four above
  return Math.min(bytes.length - 1, from + Math.floor(random() * length));
};

const EXTREMES = [0, 1, 2, 0x7f, 0x80, 0xff];

const damage = (original: Buffer, random: () => number): Buffer => {
  let bytes = Buffer.from(original);
  const times = 1 + Math.floor(random() * 8);
  for (let time = 0; time < times && bytes.length > 0; time++) {
    const at = placeIn(bytes, random);
    const kind = random();
    if (kind < 0.5) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.8) bytes[at] = EXTREMES[Math.floor(random() * EXTREMES.length)] ?? 0;
    else if (kind < 0.88)
      bytes.fill(Math.floor(random() * 256), at, Math.min(bytes.length, at + Math.floor(random() * 300)));
    else if (kind < 0.94) bytes = bytes.subarray(0, at);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.floor(random() * at))]);
  }
  return bytes;
};

const noise = (random: () => number): Buffer => {
  const bytes = Buffer.alloc(Math.floor(random() * 12_000));
  const fill = random();
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = fill < 0.5 ? random() * 256 : fill < 0.6 ? 255 : random() < 0.02 ? random() * 256 : 0;
  return bytes;
};

const claims = ({ format }: Metadata, sizeBytes: number): number =>
  format?.fixedLength ? format.firstTrace + format.traces * format.traceLength + format.trailingBytes - sizeBytes : 0;

test(`${RUNS} damaged files: a valid document each, none claims more traces than its bytes hold`, async () => {
  const random = randomNumbers(2026);
  let slowest = 0;
  for (let run = 0; run < RUNS; run++) {
    const original = originals[run % originals.length];
    const bytes = run % 10 === 9 || !original ? noise(random) : damage(original, random);
    const started = process.cpuUsage();
    const document = await readDocument(bytes);
    const { user, system } = process.cpuUsage(started);
    slowest = Math.max(slowest, user + system);
    expect([run, claims(document, bytes.length)]).toEqual([run, 0]);
    expect(v.safeParse(Metadata, JSON.parse(JSON.stringify(document))).issues).toBeUndefined();
    expect(document.geometry?.missing ?? 0).toBeGreaterThanOrEqual(0);
  }
  expect(slowest).toBeLessThan(2_000_000); // microseconds of CPU
}, 600_000);

test("a megabyte of 0xFF is no SEG-Y file", async () => {
  const { status, findings } = await readDocument(Buffer.alloc(1024 * 1024, 255));
  expect([status, findings.map(({ code }) => code)]).toEqual(["rejected", ["not-segy"]]);
});

const HOSTILE = full ? 2_000 : 200;

test(`memory stays flat over ${HOSTILE} hostile files`, async () => {
  const random = randomNumbers(7);
  const hostile = (): Buffer => damage(originals[3] ?? Buffer.alloc(0), random);
  const rssAfter = async (files: number): Promise<number> => {
    for (let file = 0; file < files; file++) await readDocument(hostile());
    return process.memoryUsage().rss;
  };
  const before = await rssAfter(HOSTILE / 2);
  const after = await rssAfter(HOSTILE);
  expect(after - before).toBeLessThan(64 * 1024 * 1024);
});
