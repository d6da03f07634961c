// Files that a first look can take for something else, and must not be sure of.
import { describe, expect, test } from "@jest/globals";
import { grid } from "../../test/acquisition.ts";
import { readDocument } from "../../test/read-document.ts";
import { writeSegy, type SegyOptions } from "../../test/write-segy.ts";
import type { Metadata } from "../document/metadata.ts";
import type { SurveyOptions } from "./survey.ts";

const cube: SegyOptions = { survey: grid(40, 50) };
const TRACE_BYTES = 320;

const warnings = ({ findings }: Metadata): readonly string[] =>
  findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);

const countOf = ({ findings }: Metadata, code: string): number | undefined =>
  findings.find((each) => each.code === code)?.traces?.count;

const wrong = (traces: readonly [number, number]) => [
  { fault: "header", field: "cdp_x", value: 5000, traces } as const,
];

const offsets = (trace: number): number => 100 + ((trace * 7919) % 977);

const lengths = (trace: number): number => 240 + 4 * (20 + (trace % 7));

describe("line numbers", () => {
  test("a long line is one line, although most of it was not looked at", async () => {
    const line = { survey: { kind: "line", positions: { first: 1001, count: 8000 } }, samples: 300 } as const;
    const { geometry } = await readDocument(writeSegy({ ...line, amplitudes: "zero" }));
    expect(geometry).toMatchObject({ class: "2d-poststack", fast: { min: 1001, max: 9000, count: 8000 }, missing: 0 });
  });

  test("headers without any number leave the cube a cube", async () => {
    const bytes = writeSegy(cube);
    for (let trace = 0; trace < 2000; trace += 20)
      bytes.fill(0, 3600 + trace * TRACE_BYTES, 3600 + trace * TRACE_BYTES + 240);
    const document = await readDocument(bytes);
    expect(document.geometry).toMatchObject({
      class: "3d-poststack",
      slow: { min: 111, count: 40 },
      fast: { min: 875, count: 50 },
      missing: 100,
    });
    expect(countOf(document, "off-lattice-header")).toBe(100);
  });

  test("auxiliary traces at the start are none of the survey", async () => {
    const kinds = { fault: "header", field: "trctype", value: 9, traces: [0, 12] } as const;
    const numbers = (["iline", "xline"] as const).map(
      (field) => ({ fault: "header", field, value: 1, traces: [0, 12] }) as const,
    );
    const { geometry } = await readDocument(writeSegy({ ...cube, faults: [kinds, ...numbers] }));
    expect(geometry).toMatchObject({
      class: "3d-poststack",
      slow: { min: 111, count: 40 },
      fast: { min: 875, count: 50 },
    });
  });

  test.each<[string, NonNullable<SurveyOptions["keys"]>, string]>([
    ["that are not the best", { slow: 190, fast: 194 }, "189 and 193 make the better grid"],
    ["that hold nothing", { slow: 17, fast: 13 }, "hold no line numbers"],
  ])("bytes that a caller names and %s are told to be so", async (_, keys, message) => {
    const { findings } = await readDocument(writeSegy(cube), { keys });
    expect(findings.find(({ code }) => code === "byte-location-conflict")?.message).toContain(message);
  });
});

describe("coordinates", () => {
  test("a sixth of them wrong does not bend the grid", async () => {
    const document = await readDocument(writeSegy({ ...cube, faults: wrong([100, 430]) }));
    expect(document.geometry?.spacing).toEqual({ slowMetres: 25, fastMetres: 25 });
    expect(countOf(document, "coordinates-off-grid")).toBe(330);
  });

  test("most of them wrong: there is no grid, and nothing is said of its bins", async () => {
    const { geometry, findings } = await readDocument(writeSegy({ ...cube, faults: wrong([0, 1500]) }));
    expect(geometry).toMatchObject({ spacing: null, corners: [], slowAzimuthDeg: null });
    expect(findings.find(({ code }) => code === "coordinates-off-grid")?.message).toContain("no regular grid");
  });

  test("shots of a line have no bins", async () => {
    const { geometry } = await readDocument(
      writeSegy({ survey: { kind: "shots", shots: { first: 11, count: 20 }, channels: 48 } }),
    );
    expect(geometry).toMatchObject({ class: "2d-prestack", spacing: null, corners: [] });
  });
});

describe("gathers", () => {
  test("of irregular offsets: the same trace twice is seen", async () => {
    const gathers = {
      survey: grid(8, 10, { offsets: { first: 100, step: 50, count: 12 } }),
      fields: { offset: offsets },
    };
    const document = await readDocument(
      writeSegy({ ...gathers, faults: [{ fault: "header", field: "offset", value: 333, traces: [600, 602] }] }),
    );
    expect(document.geometry).toMatchObject({ class: "3d-prestack", offset: null, duplicates: 1 });
    expect(warnings(document)).toEqual(["duplicate-traces"]);
  });
});

describe("traces of their own lengths", () => {
  const uneven: SegyOptions = { survey: grid(10, 12), samplesOf: (trace) => 20 + (trace % 7) };

  test("in pair-swapped files", async () => {
    const { geometry, format } = await readDocument(writeSegy({ ...uneven, byteOrder: "swapped" }));
    expect([format?.traces, geometry?.class, geometry?.missing]).toEqual([120, "3d-poststack", 0]);
  });

  test("the end that is cut off is told", async () => {
    const bytes = writeSegy(uneven);
    const document = await readDocument(bytes.subarray(0, bytes.length - 100));
    expect(document.format?.traces).toBe(119);
    expect(warnings(document)).toContain("truncated-trace");
  });

  test("a wrong length ends the walk where it stands", async () => {
    const bytes = writeSegy(uneven);
    const found = await readDocument(bytes);
    let at = 3600;
    for (let trace = 0; trace < 100; trace++) at += lengths(trace);
    bytes.writeUInt16BE(3, at + 114);
    const { format, findings } = await readDocument(bytes);
    expect([found.format?.traces, format?.traces]).toEqual([120, 101]);
    expect(findings.map(({ code }) => code)).toContain("truncated-trace");
  });
});

test("one text record too many is declared: the traces begin after the one that is there", async () => {
  const { format } = await readDocument(
    writeSegy({ ...cube, records: [{ text: "A NOTE OF THE PROCESSOR" }], declaredRecords: 2 }),
  );
  expect(format).toMatchObject({ textRecords: 1, traces: 2000, firstTrace: 6800 });
});

test.each([
  ["gzip", "1f8b0800"],
  ["zip", "504b0304"],
])("a %s archive is told to be one", async (name, magic) => {
  const { findings } = await readDocument(Buffer.concat([Buffer.from(magic, "hex"), Buffer.alloc(9000, 0x61)]));
  expect(findings).toMatchObject([{ code: "not-segy", message: `it is a ${name} archive: unpack it first` }]);
});
