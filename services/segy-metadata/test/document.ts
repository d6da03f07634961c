// A metadata document as the service would write it: a cube of 101 x 201 cells in the Dutch North Sea.
import type { Geometry, Metadata, Text } from "../src/document/metadata.ts";

const hints: Text["hints"] = [
  { kind: "survey", value: "North Sea", line: 2 },
  { kind: "crs", value: "ED50 / UTM zone 31N", line: 6 },
];

const lines = Array.from({ length: 40 }, (_, at) => `C${String(at + 1).padStart(2)}`);

const cube: Geometry = {
  class: "3d-poststack",
  slow: { name: "iline", byte: 189, min: 100, max: 200, step: 1, count: 101 },
  fast: { name: "xline", byte: 193, min: 300, max: 500, step: 1, count: 201 },
  offset: null,
  score: 0.98,
  alternatives: [],
  order: "+slow+fast",
  fill: 1,
  missing: 0,
  duplicates: 0,
  atLeast: false,
  missingCells: [],
  duplicateCells: [],
  fold: [1, 1],
  spacing: { slowMetres: 25, fastMetres: 25 },
  slowAzimuthDeg: 0,
  fastAzimuthDeg: 90,
  affineResidual: 0.05,
  corners: [
    { slow: 100, fast: 300, x: 605_000, y: 6_073_000 },
    { slow: 100, fast: 500, x: 610_000, y: 6_073_000 },
    { slow: 200, fast: 300, x: 605_000, y: 6_075_500 },
    { slow: 200, fast: 500, x: 610_000, y: 6_075_500 },
  ],
  outline: [
    [605_000, 6_073_000],
    [610_000, 6_073_000],
    [610_000, 6_075_000],
    [605_000, 6_075_500],
  ],
  extent: { x: [605_000, 610_000], y: [6_073_000, 6_075_500] },
  coordinates: { bytes: [181, 185], scalar: -10, type: "i4", unit: 1 },
};

const document: Metadata = {
  schema: 1,
  id: "abcdefghijklmnopqrstuvwxyz",
  status: "ready",
  source: {
    bucket: "incoming",
    key: "uploads/cube.sgy",
    versionId: "v1",
    etag: '"e"',
    sizeBytes: 42_644_400,
    headSha256: "ab".repeat(32),
  },
  confidence: "exact",
  basis: { tracesRead: 20_301, settledShare: 1, deviatingShareBelow95: 0, getRequests: 7, bytesRead: 42_644_400 },
  text: { encoding: "ebcdic-037", blank: false, lines, records: [], hints },
  format: {
    container: "segy",
    revision: { raw: "0100", effective: 1 },
    byteOrder: "big",
    evidence: ["format code 5 is known", "the size is 20301 whole traces"],
    runnerUp: null,
    sample: { code: 5, name: "ieee32", bytes: 4 },
    samples: { used: 462, from: "binary", binary: 462, traces: [462, 462] },
    interval: { value: 4000, unit: "us", from: "binary" },
    delay: 0,
    binary: { dt: 4000, ns: 462, format: 5, measurement: 1, revision: 1 },
    firstTrace: 3600,
    traceLength: 2088,
    traces: 20_301,
    trailingBytes: 0,
    traceHeaders: 1,
    textRecords: 0,
    fixedLength: true,
  },
  geometry: cube,
  fields: { iline: { min: 100, max: 200, first: 100, last: 200, constant: false } },
  findings: [],
};

/** The document with some parts of its own, some of its geometry, and other `crs` hints. */
export const cubeDocument = (parts: Partial<Metadata> = {}, geometry: Partial<Geometry> = {}): Metadata => ({
  ...document,
  geometry: { ...cube, ...geometry },
  ...parts,
});

export const withoutHints: Pick<Metadata, "text"> = {
  text: { encoding: "ascii", blank: true, lines, records: [], hints: [] },
};
