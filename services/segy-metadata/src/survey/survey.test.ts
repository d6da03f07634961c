// Files of every kind that the standard allows, from the project's own writer: what is found without a hint.
import { describe, expect, test } from "@jest/globals";
import { grid } from "../../test/acquisition.ts";
import { SAMPLE_CODES } from "../../test/amplitudes.ts";
import { ABOUT, readDocument } from "../../test/read-document.ts";
import { virtualCube } from "../../test/virtual-cube.ts";
import { writeSegy, type SegyOptions } from "../../test/write-segy.ts";
import type { Metadata } from "../document/metadata.ts";
import { surveyFile } from "./survey.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const ORDERS = ["big", "little", "swapped"] as const;

const cube: SegyOptions = { survey: grid(40, 50) };

const read = async (options: SegyOptions): Promise<Metadata> => readDocument(writeSegy(options));

const warnings = ({ findings }: Metadata): readonly string[] =>
  findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);

const tracesOf = ({ findings }: Metadata, code: string): readonly number[] | undefined =>
  findings.find((each) => each.code === code)?.traces?.first;

describe("every sample format", () => {
  test.each(
    SAMPLE_CODES.flatMap((code, index) =>
      (FULL ? ORDERS : ORDERS.slice(index % 3, (index % 3) + 1)).map((order) => [order, code] as const),
    ),
  )("%s-endian, code %i", async (byteOrder, sampleCode) => {
    const document = await read({ byteOrder, sampleCode, survey: grid(10, 12) });
    expect(document.format).toMatchObject({ byteOrder, traces: 120, sample: { code: sampleCode }, trailingBytes: 0 });
    expect(document.geometry).toMatchObject({ class: "3d-poststack", missing: 0, duplicates: 0 });
    expect(warnings(document)).toEqual([]);
  });
});

describe("every known place of the line numbers", () => {
  test.each([
    [189, 193],
    [193, 189],
    [5, 21],
    [9, 21],
    [21, 9],
    [17, 13],
    [9, 13],
    [221, 225],
    [233, 237],
  ])("bytes %i and %i", async (slow, fast) => {
    const { geometry } = await read({ survey: grid(10, 12, { keys: [[slow, fast]] }) });
    expect(geometry).toMatchObject({
      class: "3d-poststack",
      slow: { byte: slow, count: 10 },
      fast: { byte: fast, count: 12 },
    });
  });

  test("the same numbers at several places are told as such", async () => {
    const document = await read({
      survey: grid(10, 12, {
        keys: [
          [189, 193],
          [9, 21],
        ],
      }),
    });
    expect(document.geometry).toMatchObject({ slow: { byte: 189 }, fast: { byte: 193 } });
    expect(document.geometry?.alternatives).toContainEqual({ slow: 9, fast: 21, equal: true });
    expect(document.findings.map(({ code }) => code)).toContain("keys-at-several-places");
  });

  test("a caller who knows better is believed", async () => {
    const bytes = writeSegy({
      survey: grid(10, 12, {
        keys: [
          [189, 193],
          [9, 21],
        ],
      }),
    });
    const { geometry } = await readDocument(bytes, { keys: { slow: 9, fast: 21 } });
    expect(geometry).toMatchObject({ slow: { byte: 9 }, fast: { byte: 21 } });
  });

  test("a text header that names other bytes is contradicted", async () => {
    const document = await read({ ...cube, text: { lines: ["INLINE: BYTES 181-184", "CROSSLINE: BYTES 185-188"] } });
    expect(warnings(document)).toEqual(["byte-location-conflict"]);
  });
});

describe("kinds of surveys", () => {
  const axis = { lines: { first: 100, step: 2, count: 20 }, crosslines: { first: 1000, step: 4, count: 30 } };
  test.each<[string, SegyOptions, object]>([
    [
      "steps other than one",
      { survey: { kind: "grid", ...axis } },
      { slow: { step: 2 }, fast: { step: 4 }, missing: 0 },
    ],
    ["snakes", { survey: grid(20, 30, { snake: true }) }, { order: "+slow±fast", missing: 0, duplicates: 0 }],
    [
      "crosslines first",
      { survey: grid(20, 30, { crosslineFirst: true }) },
      { slow: { byte: 193, count: 30 }, missing: 0 },
    ],
    [
      "regular gathers",
      { survey: grid(6, 7, { offsets: { first: 100, step: 50, count: 12 } }) },
      { class: "3d-prestack", offset: { min: 100, max: 650, step: 50, count: 12 }, fold: [12, 12], missing: 0 },
    ],
    [
      "a stacked line",
      { survey: { kind: "line", positions: { first: 101, count: 400 } } },
      { class: "2d-poststack", slow: null },
    ],
    [
      "shots of a line",
      { survey: { kind: "shots", shots: { first: 11, count: 20 }, channels: 48 } },
      { class: "2d-prestack", slow: { byte: 9, count: 20 }, fast: { byte: 13, count: 48 } },
    ],
    ["one shot", { survey: { kind: "shots", shots: { first: 11, count: 1 }, channels: 48 } }, { class: "shot-gather" }],
    [
      "Seismic Unix",
      { container: "su", byteOrder: "little", survey: grid(9, 8) },
      { class: "3d-poststack", missing: 0 },
    ],
  ])("%s", async (_, options, geometry) => {
    const document = await read(options);
    expect(document.geometry).toMatchObject(geometry);
    expect(warnings(document)).toEqual([]);
  });

  test("falling numbers", async () => {
    const lines = { first: 100, count: 20, descending: true };
    const { geometry } = await read({
      survey: { kind: "grid", lines, crosslines: { first: 7, count: 30, descending: true } },
    });
    expect(geometry).toMatchObject({ order: "-slow-fast", missing: 0, duplicates: 0 });
  });

  test("traces of their own lengths are walked", async () => {
    const document = await read({ survey: grid(10, 12), samplesOf: (trace) => 20 + (trace % 7) });
    expect(document.format).toMatchObject({ traces: 120, fixedLength: false, trailingBytes: 0 });
    expect(warnings(document)).toEqual(["variable-length"]);
  });

  test("further headers of revision 2, and their coordinates", async () => {
    const { geometry, format } = await read({ revision: [2, 1], traceHeaders: 3, survey: grid(10, 12) });
    expect(format).toMatchObject({ traceHeaders: 3, traceLength: 800, revision: { effective: 2.1 } });
    expect(geometry?.coordinates).toMatchObject({ bytes: [161, 169], type: "f8" });
  });

  test.each(["f4", "ibm4"] as const)("coordinates that are floats (%s)", async (type) => {
    const document = await read({ ...cube, coordinates: { bytes: [73, 77], type } });
    expect(document.geometry?.coordinates).toMatchObject({ bytes: [73, 77], type });
    expect(document.geometry?.spacing?.slowMetres).toBeCloseTo(25, 1);
    expect(warnings(document)).toEqual(["coordinates-are-floats"]);
  });

  test.each([1, 10, -10, -100, 0])("scalar %i", async (scalar) => {
    const { geometry } = await read({ ...cube, coordinates: { scalar } });
    expect(geometry?.coordinates?.scalar).toBe(scalar);
    expect(geometry?.spacing?.fastMetres).toBeCloseTo(25, 1);
    expect(geometry?.fastAzimuthDeg).toBeCloseTo(88.4, 1);
  });
});

describe("files that lie, and that other readers take for clean", () => {
  test("a trace missing and another twice, with their numbers", async () => {
    const document = await read({
      ...cube,
      faults: [
        { fault: "drop", trace: 777 },
        { fault: "repeat", trace: 1200 },
      ],
    });
    expect(document.format?.traces).toBe(2000);
    expect(document.geometry).toMatchObject({
      missing: 1,
      duplicates: 1,
      missingCells: [[126, 902]],
      duplicateCells: [[135, 876]],
    });
    expect(warnings(document)).toEqual(["missing-traces", "duplicate-traces"]);
    expect([tracesOf(document, "missing-traces"), tracesOf(document, "duplicate-traces")]).toEqual([[777], [1201]]);
  });

  test("one header of garbage inside", async () => {
    const document = await read({ ...cube, faults: [{ fault: "garble", trace: 777 }] });
    expect(document.geometry).toMatchObject({ slow: { count: 40 }, fast: { count: 50 }, missing: 1 });
    expect(tracesOf(document, "off-lattice-header")).toEqual([777]);
  });

  test("two blocks of lines that changed places", async () => {
    const document = await read({ ...cube, faults: [{ fault: "swap", traces: [500, 1000], count: 250 }] });
    expect(document.geometry).toMatchObject({ missing: 0, duplicates: 0 });
    expect(tracesOf(document, "order-break")).toEqual([750, 1000]);
  });

  test("a whole line missing", async () => {
    const document = await read({ ...cube, faults: [{ fault: "drop", trace: 500, count: 50 }] });
    expect(document.geometry).toMatchObject({ slow: { count: 40 }, missing: 50 });
    expect(tracesOf(document, "missing-traces")).toEqual([500]);
  });

  test("a coordinate of another place", async () => {
    const document = await read({ ...cube, faults: [{ fault: "header", field: "cdp_x", value: 1, traces: [60, 61] }] });
    expect(warnings(document)).toEqual(["coordinates-off-grid"]);
    expect(tracesOf(document, "coordinates-off-grid")).toEqual([60]);
  });

  test.each<[string, SegyOptions["faults"], string]>([
    ["samples per trace", [{ fault: "binary", byte: 3221, type: "u2", value: 7 }], "ns-conflict"],
    ["extended text records", [{ fault: "binary", byte: 3505, value: 3 }], "rev2-fields-inconsistent"],
    ["more text records than bytes", [{ fault: "binary", byte: 3505, value: 900 }], "rev2-fields-inconsistent"],
    ["a sample format that is none", [{ fault: "binary", byte: 3225, value: 99 }], "format-unknown"],
  ])("the size wins over declared %s", async (_, faults = [], code) => {
    const document = await read({ ...cube, faults });
    expect(document.format?.traces).toBe(2000);
    expect(warnings(document)).toEqual([code]);
  });
});

test("a survey of a large file reads a megabyte and some headers", async () => {
  let requests = 0;
  let read = 0;
  const source = virtualCube({ survey: grid(200, 300), samples: 50 });
  const counting = {
    ...source,
    read: async (start: number, end: number) => {
      requests += 1;
      read += end - start;
      return source.read(start, end);
    },
  };
  const surveyed = await surveyFile(counting, ABOUT);
  expect("plan" in surveyed && surveyed.plan.lattice?.axes.map(({ count }) => count)).toEqual([200, 300]);
  expect(requests).toBeLessThan(220);
  expect(read).toBeLessThan(1_200_000);
});

test("traces of their own lengths may have further headers", async () => {
  const document = await read({
    revision: [2, 1],
    traceHeaders: 2,
    survey: grid(5, 6),
    samplesOf: (trace) => 9 + (trace % 4),
  });
  expect(document.format).toMatchObject({ traces: 30, traceHeaders: 2, fixedLength: false });
  expect(document.geometry).toMatchObject({ missing: 0, duplicates: 0 });
});
