// The metadata document of one file as people read it in a terminal.
import { crsOfSurvey, degreesOf, liesIn, toWgs84 } from "../src/crs.ts";
import type { Finding, Severity } from "../src/findings.ts";
import type { Basis, Format, Geometry, Metadata, Text } from "../src/metadata.ts";
import { count, decimal, duration, plural, share, size } from "./numbers.ts";
import { COLUMNS, wrap, type Line, type Piece, type Tone } from "./terminal.ts";

const LABEL = 13;
const MOST_NUMBERS = 8;

const TONES: Readonly<Record<Severity, Tone>> = { error: "red", warning: "yellow", info: "cyan" };
const CONFIDENCES: Readonly<Record<Metadata["confidence"], string>> = {
  exact: "exact: every trace header was read",
  "proved-if-sorted": "proved, if the line numbers are sorted: samples settle all that lies between them",
  sampled: "sampled: what lies between the samples is likely, not proved",
  "headers-only": "headers only: there are no traces to read",
};
const CLASS_NAMES: Readonly<Record<Geometry["class"], string>> = {
  "3d-poststack": "3D post-stack",
  "3d-prestack": "3D pre-stack",
  "2d-poststack": "2D post-stack",
  "2d-prestack": "2D pre-stack",
  "shot-gather": "shot gathers",
  unknown: "unknown kind of survey",
};

const AXES: Readonly<Record<string, string>> = { slow: "lines", fast: "crosslines", offset: "offsets" };
const DIRECTIONS: Readonly<Record<string, string>> = { "+": "rising", "-": "falling", "±": "to and fro" };

const heading = (text: string): readonly Line[] => [[], [["bold", text]]];

/** A label and its text in as many lines as it takes. */
const row = (label: string, text: string): readonly Line[] =>
  wrap(text, COLUMNS - LABEL).map((line, at): Line => [["dim", (at === 0 ? label : "").padEnd(LABEL)], line]);

const textLines = ({ encoding, lines, records, hints }: Text): readonly Line[] => {
  const filled = lines.filter((line) => line.replace(/^C ?\d{0,2}/, "").trim() !== "").length;
  const name = encoding.replace("ebcdic-", "EBCDIC, code page ").replace("ascii", "ASCII");
  return [
    ...heading("Text header"),
    ...row("encoding", encoding === "blank" ? "blank" : `${name}; ${filled} of ${plural(lines.length, "line")} filled`),
    ...records.flatMap(({ stanza, bytes: [from, to] }) =>
      row("record", `${stanza ?? "text"}, bytes ${count(from)}-${count(to)}`),
    ),
    ...hints.flatMap(({ kind, value, line }) => row(kind, `${value}  (line ${line})`)),
  ];
};

const intervalOf = ({ interval: { value, unit }, delay }: Format): string => {
  const every = {
    us: `${decimal(value / 1000)} ms`,
    mm: `${decimal(value / 1000)} m`,
    unknown: `${count(value)} of unknown unit`,
  };
  return `every ${every[unit]}${delay === 0 ? "" : ` from ${count(delay)} on`}`;
};

const sampleLines = (format: Format): readonly Line[] => {
  const { sample, samples } = format;
  const [least, most] = samples.traces;
  const others = [
    ...(samples.binary === samples.used ? [] : [`binary header says ${count(samples.binary)}`]),
    ...(least === samples.used && most === samples.used
      ? []
      : [`trace headers say ${count(least)}${least === most ? "" : ` to ${count(most)}`}`]),
  ];
  return [
    ...row("samples", `${count(samples.used)} per trace (from ${samples.from}), ${intervalOf(format)}`),
    ...(others.length > 0 ? row("", others.join("; ")) : []),
    ...row(
      "stored as",
      `${sample.name}${sample.code === null ? "" : ` (code ${sample.code})`}, ${plural(sample.bytes, "byte")} each`,
    ),
  ];
};

const formatLines = (format: Format): readonly Line[] => {
  const { container, revision, byteOrder, traces, traceLength, firstTrace, trailingBytes, fixedLength } = format;
  const kind =
    container === "su" ? "Seismic Unix" : `SEG-Y revision ${revision.effective ?? "unknown"} (${revision.raw})`;
  const length = fixedLength ? `${count(traceLength)} bytes each` : "of different lengths";
  const rest = trailingBytes > 0 ? `, then ${plural(trailingBytes, "byte")} more` : "";
  return [
    ...heading("Format"),
    ...row("kind", `${kind}, ${byteOrder === "swapped" ? "pairs of bytes swapped" : `${byteOrder}-endian`}`),
    ...row("traces", `${count(traces)}, ${length}, first at offset ${count(firstTrace)}${rest}`),
    ...sampleLines(format),
    ...row("because", format.evidence.join("; ")),
    ...(format.runnerUp === null ? [] : row("next best", format.runnerUp)),
  ];
};

type AxisRange = NonNullable<Geometry["slow"]>;

const axisLines = (label: string, axis: AxisRange | null): readonly Line[] => {
  if (!axis) return [];
  const { name, byte, min, max, step, count: numbers } = axis;
  const range = min === max ? `${min}` : `${min} to ${max}${step === 1 ? "" : ` by ${step}`}`;
  return row(label, `${name}, bytes ${byte}-${byte + 3}: ${range} (${count(numbers)})`);
};

const cellList = (cells: readonly (readonly number[])[], all: number): string => {
  const named = cells.slice(0, MOST_NUMBERS).map((keys) => keys.join("/"));
  return `${named.join(", ")}${all > named.length ? ", …" : ""}`;
};

const fillLines = ({
  fill,
  missing,
  duplicates,
  missingCells,
  duplicateCells,
  atLeast,
  fold,
}: Geometry): readonly Line[] => {
  const about = atLeast ? "at least " : "";
  const line = (label: string, number: number | null, cells: readonly (readonly number[])[]) =>
    number === null || number === 0 ? [] : row(label, `${about}${plural(number, "cell")}: ${cellList(cells, number)}`);
  const folds = fold && fold[1] > 1 ? `; fold ${fold[0]} to ${fold[1]}` : "";
  return [
    ...(fill === null
      ? []
      : row("filled", `${share(fill)} of the cells${missing === 0 ? ", none missing" : ""}${folds}`)),
    ...line("missing", missing, missingCells),
    ...line("duplicate", duplicates, duplicateCells),
  ];
};

const side = (value: number, names: string): string =>
  `${Math.abs(value).toFixed(3)}° ${(value < 0 ? names[1] : names[0]) ?? ""}`;

/** Where the middle of the survey lies in the world, if its system is known. */
const placeOf = (document: Metadata): string => {
  const crs = crsOfSurvey(document);
  const { extent, coordinates } = document.geometry ?? {};
  if (!crs) return "unknown: the text header does not name one";
  const degrees = degreesOf(coordinates?.unit ?? 0) ?? ((value: number) => value);
  const [x, y] = [extent?.x ?? [], extent?.y ?? []].map(([from = 0, to = 0]) => degrees((from + to) / 2));
  const middle = [x ?? 0, y ?? 0] as const;
  if (!extent || !liesIn(crs, middle)) return `${crs.name}, but the coordinates cannot be in it`;
  const [lon, lat] = toWgs84(crs, middle);
  return `${crs.name}; the middle is at ${side(lat, "NS")}, ${side(lon, "EW")} (WGS 84)`;
};

const coordinateLines = (
  document: Metadata,
  { coordinates, extent, spacing, ...geometry }: Geometry,
): readonly Line[] => {
  const { slowAzimuthDeg, fastAzimuthDeg, affineResidual } = geometry;
  const metres = [spacing?.slowMetres, spacing?.fastMetres].map((value) =>
    typeof value === "number" ? `${decimal(value)} m` : "unknown",
  );
  const azimuths = [slowAzimuthDeg, fastAzimuthDeg].map((value) => (value === null ? "unknown" : `${decimal(value)}°`));
  const fit = affineResidual === null ? "" : `; the grid fits within ${decimal(affineResidual)}`;
  return [
    ...(spacing ? row("spacing", `${metres[0]} from line to line, ${metres[1]} from crossline to crossline`) : []),
    ...(slowAzimuthDeg === null && fastAzimuthDeg === null
      ? []
      : row("azimuth", `lines grow towards ${azimuths[0]}, crosslines towards ${azimuths[1]}`)),
    ...(coordinates
      ? row(
          "coordinates",
          `bytes ${coordinates.bytes.join(" and ")}, ${coordinates.type}, scalar ${coordinates.scalar}${fit}`,
        )
      : row("coordinates", "none")),
    ...(extent ? row("x", `${decimal(extent.x[0])} to ${decimal(extent.x[1])}`) : []),
    ...(extent ? row("y", `${decimal(extent.y[0])} to ${decimal(extent.y[1])}`) : []),
    ...(coordinates ? row("system", placeOf(document)) : []),
  ];
};

/** `+slow±fast` in words. */
const orderOf = (order: string): string =>
  [...order.matchAll(/([+±-])([a-z]+)/g)]
    .map(([, sign = "", axis = ""]) => `${AXES[axis] ?? axis} ${DIRECTIONS[sign] ?? sign}`)
    .join(", in each ");

const geometryLines = (document: Metadata, geometry: Geometry): readonly Line[] => {
  const equal = geometry.alternatives.filter((each) => each.equal).map(({ slow, fast }) => `${slow}/${fast}`);
  const score =
    geometry.slow || geometry.fast
      ? `; line numbers found with score ${decimal(geometry.score)}`
      : "; no line numbers found";
  return [
    ...heading("Geometry"),
    ...row("kind", `${CLASS_NAMES[geometry.class]}${score}`),
    ...axisLines(geometry.fast ? "line" : "along", geometry.slow),
    ...axisLines(geometry.slow ? "crossline" : "along", geometry.fast),
    ...axisLines("offset", geometry.offset),
    ...(equal.length > 0 ? row("same numbers", `also in bytes ${equal.join(", ")}`) : []),
    ...(geometry.order === null ? [] : row("order", orderOf(geometry.order))),
    ...fillLines(geometry),
    ...coordinateLines(document, geometry),
  ];
};

const findingLines = ({ code, severity, where, message, traces }: Finding): readonly Line[] => {
  const named = traces?.first.slice(0, MOST_NUMBERS).map(count).join(", ");
  const more =
    traces && traces.count > Math.min(MOST_NUMBERS, traces.first.length) ? `, … (${count(traces.count)} in all)` : "";
  return [
    [
      [TONES[severity], severity.padEnd(LABEL)],
      ["bold", code],
      ["dim", `  ${where}`],
    ],
    ...row("", message),
    ...(named ? row("", `${traces?.count === 1 ? "trace" : "traces"} ${named}${more}`) : []),
  ];
};

const findingsLines = (findings: readonly Finding[]): readonly Line[] => {
  const sorted = (["error", "warning", "info"] as const).flatMap((severity) =>
    findings.filter((each) => each.severity === severity),
  );
  const counted = findings.some(({ traces }) => traces) ? " (traces are counted from 0)" : "";
  return [...heading(`Findings${counted}`), ...(sorted.length === 0 ? row("", "none") : sorted.flatMap(findingLines))];
};

const basisLines = (basis: Basis, about: About & Pick<Metadata, "confidence">): readonly Line[] => [
  ...heading("Basis"),
  ...row("confidence", CONFIDENCES[about.confidence]),
  ...row(
    "read",
    `${plural(basis.tracesRead, "trace header")}: ${size(basis.bytesRead)} in ${plural(basis.getRequests, "request")}, ${duration(about.seconds)}`,
  ),
  ...(about.confidence === "exact" || about.confidence === "headers-only"
    ? []
    : row(
        "bounds",
        `${share(basis.settledShare)} settled; at 95 % less than ${decimal(basis.deviatingShareBelow95 * 100)} % of the traces deviate`,
      )),
];

export interface About {
  /** The file as the user named it. */
  readonly path: string;
  readonly seconds: number;
  /** Lines of the map; none without coordinates. */
  readonly map: readonly string[];
}

/** The report: what the file is, what it holds, where it lies, what is wrong with it, and how sure all that is. */
export const reportLines = (document: Metadata, about: About): readonly Line[] => {
  const { status, source, text, format, geometry, findings, confidence, basis } = document;
  const state: Piece = status === "ready" ? ["green", "ready"] : ["red", "rejected"];
  const kind = geometry ? `, ${CLASS_NAMES[geometry.class]}` : "";
  const traces = format ? `, ${plural(format.traces, "trace")}` : "";
  return [
    [["bold", about.path.length > COLUMNS ? `…${about.path.slice(1 - COLUMNS)}` : about.path]],
    [state, `${kind}${traces}, ${plural(source.sizeBytes, "byte")}`],
    ...(text ? textLines(text) : []),
    ...(format ? formatLines(format) : []),
    ...(geometry ? geometryLines(document, geometry) : []),
    ...(about.map.length > 0 ? [...heading("Map"), ...about.map.map((line): Line => [line])] : []),
    ...findingsLines(findings),
    ...basisLines(basis, { ...about, confidence }),
  ];
};
