// Files that other programs wrote, and damaged ones, against answers that were established without this service.
import { describe, expect, test } from "@jest/globals";
import { gunzipSync } from "node:zlib";
import { readDocument } from "../test/read-document.ts";
import { expectedIn, readData, segyData } from "../test/segy-data.ts";
import type { Metadata } from "./document/metadata.ts";

interface Axis {
  readonly byte: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly count: number;
}

interface RealFile {
  readonly container: string;
  readonly endian: string;
  readonly binary?: { readonly format: number; readonly ns: number; readonly dt: number; readonly textFirst40: string };
  readonly derived: {
    readonly samples: number;
    readonly firstTrace: number;
    readonly traceLength: number;
    readonly traceCount: number;
  };
  readonly traceFields?: Readonly<
    Record<string, { readonly min: number; readonly max: number; readonly first: number; readonly last: number }>
  >;
  readonly geometry?: {
    readonly class?: string;
    readonly slow?: Axis;
    readonly fast?: Axis;
    readonly shots?: number;
    readonly channelsPerShot?: number;
    readonly offsetMin?: number;
    readonly offsetMax?: number;
    readonly missing?: number;
    readonly duplicates?: number;
    readonly coordinateScalar?: number;
    readonly inlineStepMetres?: number;
    readonly crosslineStepMetres?: number;
    readonly inlineStepAzimuthDeg?: number;
    readonly crosslineStepAzimuthDeg?: number;
    readonly affineMaxResidualMetres?: number;
    readonly corners?: readonly (readonly [number, number, number, number])[];
  };
}

const files = Object.entries(expectedIn("expected.json") as Record<string, RealFile>); // the README beside it
const when = files.length > 0 ? describe : describe.skip;

/** Each is read once. */
const documents = new Map<string, Promise<Metadata>>();
const documentOf = (name: string): Promise<Metadata> => {
  const document = documents.get(name) ?? readDocument(readData(name));
  documents.set(name, document);
  return document;
};

/** The table has the values at the standard's bytes; this file's stanza moves every field. */
const MOVED = "mapping-shifted.sgy";

when(`real files${files.length > 0 ? "" : `: skipped, ${segyData} is absent`}`, () => {
  test.each(files)("%s: layout and format without a hint", async (name, { container, endian, derived, binary }) => {
    const { status, format, text } = await documentOf(name);
    expect(status).toBe("ready");
    expect(format).toMatchObject({
      container,
      byteOrder: endian,
      firstTrace: derived.firstTrace,
      traceLength: derived.traceLength,
      traces: derived.traceCount,
      trailingBytes: 0,
    });
    expect(format?.samples.used).toBe(derived.samples);
    if (!binary) return;
    expect(format?.sample.code).toBe(binary.format);
    expect(format?.samples.binary).toBe(binary.ns);
    expect(format?.interval).toMatchObject({ value: binary.dt });
    expect(text?.lines[0]?.padEnd(40).slice(0, 40).trimEnd()).toBe(binary.textFirst40.trimEnd());
  });

  test.each(files.filter(([name, { traceFields }]) => traceFields && name !== MOVED))(
    "%s: smallest, largest, first and last value of every field",
    async (name, { traceFields = {} }) => {
      const { fields } = await documentOf(name);
      const zero = { min: 0, max: 0, first: 0, last: 0 };
      for (const [field, { min, max, first, last }] of Object.entries(traceFields)) {
        expect([field, fields[field] ?? zero]).toEqual([field, expect.objectContaining({ min, max, first, last })]);
      }
    },
  );

  test.each(files.filter(([, { geometry }]) => geometry))("%s: the survey", async (name, { geometry = {} }) => {
    const { geometry: found, fields } = await documentOf(name);
    const { class: kind, slow, fast, missing, duplicates } = geometry;
    expect(found).toMatchObject({
      ...(kind && { class: kind }),
      ...(slow && { slow }),
      ...(fast && { fast }),
      ...(geometry.shots && { slow: { count: geometry.shots }, fast: { count: geometry.channelsPerShot } }),
      ...(missing !== undefined && { missing, duplicates }),
    });
    const offsets = { min: geometry.offsetMin, max: geometry.offsetMax };
    expect(fields).toMatchObject(geometry.offsetMin ? { offset: offsets } : {});
  });

  test.each(files.filter(([, { geometry }]) => geometry?.corners))(
    "%s: where it lies",
    async (name, { geometry = {} }) => {
      const { geometry: found } = await documentOf(name);
      expect(found?.coordinates?.scalar).toBe(geometry.coordinateScalar);
      expect(found?.spacing?.slowMetres).toBeCloseTo(geometry.inlineStepMetres ?? 0, 1);
      expect(found?.spacing?.fastMetres).toBeCloseTo(geometry.crosslineStepMetres ?? 0, 1);
      expect(Math.abs((found?.slowAzimuthDeg ?? 0) - (geometry.inlineStepAzimuthDeg ?? 0))).toBeLessThan(0.01);
      expect(Math.abs((found?.fastAzimuthDeg ?? 0) - (geometry.crosslineStepAzimuthDeg ?? 0))).toBeLessThan(0.01);
      expect(found?.affineResidual).toBeCloseTo(geometry.affineMaxResidualMetres ?? 0, 3);
      expect(found?.corners).toHaveLength(4);
      for (const [slow, fast, x, y] of geometry.corners ?? []) {
        const corner = found?.corners.find((each) => each.slow === slow && each.fast === fast);
        expect(Math.hypot((corner?.x ?? 0) - x, (corner?.y ?? 0) - y)).toBeLessThan(0.1);
      }
    },
  );
});

interface Damaged {
  readonly status: string;
  readonly traces?: number;
  readonly samples?: number;
  readonly format?: number | null;
  readonly lines?: number;
  readonly crosslines?: number;
  readonly confidence?: string;
  readonly trailingBytes?: number;
  readonly missing?: number;
  readonly sampleBytes?: number;
  readonly samplesFrom?: string;
  readonly intervalFrom?: string;
  readonly firstTrace?: number;
  readonly findings: readonly string[];
}

const damaged = Object.entries(expectedIn("bad/expected.json") as Record<string, Damaged>);
const whenDamaged = damaged.length > 0 ? describe : describe.skip;

/** What a table row says of a document, in the document's own places. */
const asRow = ({ status, format, geometry, confidence }: Metadata): Omit<Damaged, "findings"> => ({
  status,
  confidence,
  ...(format && {
    traces: format.traces,
    samples: format.samples.used,
    format: format.sample.code,
    trailingBytes: format.trailingBytes,
    sampleBytes: format.sample.bytes,
    samplesFrom: format.samples.from,
    intervalFrom: format.interval.from,
    firstTrace: format.firstTrace,
  }),
  ...(geometry?.slow && {
    lines: geometry.slow.count,
    crosslines: geometry.fast?.count ?? 0,
    missing: geometry.missing ?? 0,
  }),
});

whenDamaged(`damaged files${damaged.length > 0 ? "" : `: skipped, ${segyData} is absent`}`, () => {
  test.each(damaged)("%s: status, counts and findings", async (name, row) => {
    const document = await readDocument(gunzipSync(readData(`bad/${name}.sgy.gz`)));
    const { findings, ...wanted } = row;
    delete (wanted as { note?: string }).note;
    expect(asRow(document)).toMatchObject(wanted);
    const codes = document.findings.filter(({ severity }) => severity !== "info").map(({ code }) => code);
    const infos = document.findings.filter(({ severity }) => severity === "info").map(({ code }) => code);
    for (const code of findings) expect([...codes, ...infos]).toContain(code);
    expect(codes.filter((code) => !findings.includes(code))).toEqual([]);
  });

  test("a survey without line numbers is no cube", async () => {
    const { geometry } = await readDocument(gunzipSync(readData("bad/inline-crossline-zero.sgy.gz")));
    expect([geometry?.class, geometry?.slow, geometry?.fast]).toEqual(["unknown", null, null]);
  });
});
