// The metadata document of one file: results/files/{id}.json, and what GET /files/{id} answers.
import * as v from "valibot";
import { Finding } from "./findings.ts";

const numbers = v.array(v.number());

const CONFIDENCES = ["exact", "proved-if-sorted", "sampled", "headers-only"] as const;
const CLASSES = ["3d-poststack", "3d-prestack", "2d-poststack", "2d-prestack", "shot-gather", "unknown"] as const;

const Source = v.strictObject({
  bucket: v.string(),
  key: v.string(),
  versionId: v.string(),
  etag: v.string(),
  sizeBytes: v.number(),
  /** Of the first 3600 bytes, hexadecimal. */
  headSha256: v.string(),
});
export type Source = v.InferOutput<typeof Source>;

/** How the document was come by. */
const Basis = v.strictObject({
  tracesRead: v.number(),
  /** Share of the traces whose place follows from the traces that were read; 1 in an exact pass. */
  settledShare: v.number(),
  /** At 95 % confidence at most this share of the traces deviates; 0 in an exact pass. */
  deviatingShareBelow95: v.number(),
  getRequests: v.number(),
  bytesRead: v.number(),
});
export type Basis = v.InferOutput<typeof Basis>;

export const TextEncoding = v.picklist(["ascii", "ebcdic-037", "ebcdic-500", "ebcdic-1047", "blank"]);
export type TextEncoding = v.InferOutput<typeof TextEncoding>;

const Hint = v.strictObject({
  kind: v.picklist(["crs", "survey", "line", "client", "company", "range", "bytes", "corner", "domain", "date"]),
  value: v.string(),
  /** Of the text header, from 1. */
  line: v.number(),
});
export type Hint = v.InferOutput<typeof Hint>;

export const Text = v.strictObject({
  encoding: TextEncoding,
  blank: v.boolean(),
  /** 40 lines, trailing spaces off. */
  lines: v.array(v.string()),
  records: v.array(
    v.strictObject({
      stanza: v.nullable(v.string()),
      encoding: TextEncoding,
      bytes: v.tuple([v.number(), v.number()]),
      /** 80 columns, trailing spaces off. */
      lines: v.array(v.string()),
    }),
  ),
  hints: v.array(Hint),
});
export type Text = v.InferOutput<typeof Text>;

const Format = v.strictObject({
  container: v.picklist(["segy", "su"]),
  revision: v.strictObject({ raw: v.string(), effective: v.nullable(v.number()) }),
  byteOrder: v.picklist(["big", "little", "swapped"]),
  /** What spoke for this layout, and the next best one. */
  evidence: v.array(v.string()),
  runnerUp: v.nullable(v.string()),
  sample: v.strictObject({ code: v.nullable(v.number()), name: v.string(), bytes: v.number() }),
  samples: v.strictObject({
    used: v.number(),
    from: v.picklist(["binary", "binary extended", "trace header"]),
    binary: v.number(),
    traces: v.tuple([v.number(), v.number()]),
  }),
  interval: v.strictObject({
    value: v.number(),
    unit: v.picklist(["us", "mm", "unknown"]),
    from: v.picklist(["binary", "binary extended", "trace header", "none"]),
  }),
  delay: v.number(),
  /** Fields of the binary header that are not zero, by their names in src/segy/binary-header.ts. */
  binary: v.record(v.string(), v.number()),
  firstTrace: v.number(),
  traceLength: v.number(),
  traces: v.number(),
  trailingBytes: v.number(),
  traceHeaders: v.number(),
  textRecords: v.number(),
  fixedLength: v.boolean(),
});
export type Format = v.InferOutput<typeof Format>;

const AxisRange = v.strictObject({
  name: v.string(),
  byte: v.number(),
  min: v.number(),
  max: v.number(),
  step: v.number(),
  count: v.number(),
});

const Corner = v.strictObject({ slow: v.number(), fast: v.number(), x: v.number(), y: v.number() });

export const Geometry = v.strictObject({
  class: v.picklist(CLASSES),
  /** Of a 2D line only the fast axis is there. */
  slow: v.nullable(AxisRange),
  fast: v.nullable(AxisRange),
  offset: v.nullable(AxisRange),
  /** 0 to 1: how well the two byte positions hold line numbers. */
  score: v.number(),
  alternatives: v.array(v.strictObject({ slow: v.number(), fast: v.number(), equal: v.boolean() })),
  /** Such as `+slow+fast`; `±fast` when every second line runs the other way. */
  order: v.nullable(v.string()),
  /** Occupied share of the cells between the smallest and largest numbers. */
  fill: v.nullable(v.number()),
  missing: v.nullable(v.number()),
  duplicates: v.nullable(v.number()),
  /** True when the counts are lower bounds: the survey is more ragged than what is kept of it. */
  atLeast: v.boolean(),
  /** Keys (slow, fast[, offset]) of the first hundred cells that are empty, and of those that are filled twice. */
  missingCells: v.array(numbers),
  duplicateCells: v.array(numbers),
  fold: v.nullable(v.tuple([v.number(), v.number()])),
  spacing: v.nullable(v.strictObject({ slowMetres: v.nullable(v.number()), fastMetres: v.nullable(v.number()) })),
  slowAzimuthDeg: v.nullable(v.number()),
  fastAzimuthDeg: v.nullable(v.number()),
  affineResidual: v.nullable(v.number()),
  corners: v.array(Corner),
  /** Convex outline of the coordinates, scaled, counter-clockwise, in the file's own system. */
  outline: v.array(v.tuple([v.number(), v.number()])),
  extent: v.nullable(v.strictObject({ x: v.tuple([v.number(), v.number()]), y: v.tuple([v.number(), v.number()]) })),
  coordinates: v.nullable(
    v.strictObject({
      bytes: v.tuple([v.number(), v.number()]),
      scalar: v.number(),
      type: v.string(),
      /** 1 length, 2 arc seconds, 3 decimal degrees, 4 degrees-minutes-seconds; 0 not said. */
      unit: v.number(),
    }),
  ),
});
export type Geometry = v.InferOutput<typeof Geometry>;

export const Metadata = v.strictObject({
  schema: v.literal(1),
  id: v.string(),
  status: v.picklist(["ready", "rejected"]),
  source: Source,
  confidence: v.picklist(CONFIDENCES),
  basis: Basis,
  text: v.nullable(Text),
  format: v.nullable(Format),
  geometry: v.nullable(Geometry),
  /** Of the trace header fields that are not zero in all traces read; names with a dot are of further headers. */
  fields: v.record(
    v.string(),
    v.strictObject({ min: v.number(), max: v.number(), first: v.number(), last: v.number(), constant: v.boolean() }),
  ),
  findings: v.array(Finding),
});
export type Metadata = v.InferOutput<typeof Metadata>;
