// The metadata document of one file as people read it in a terminal.
import type { Finding, Severity } from "../src/document/findings.ts";
import type { Basis, Format, Metadata, Text } from "../src/document/metadata.ts";
import { CLASS_NAMES, geometryLines } from "./report-geometry.ts";
import { count, decimal, duration, plural, share, size } from "./numbers.ts";
import { COLUMNS, heading, LABEL, row, type Line, type Piece, type Tone } from "./terminal.ts";

const MOST_NUMBERS = 8;

const TONES: Readonly<Record<Severity, Tone>> = { error: "red", warning: "yellow", info: "cyan" };
const CONFIDENCES: Readonly<Record<Metadata["confidence"], string>> = {
  exact: "exact: every trace header was read",
  "proved-if-sorted": "proved, if the line numbers are sorted: samples settle all that lies between them",
  sampled: "sampled: what lies between the samples is likely, not proved",
  "headers-only": "headers only: there are no traces to read",
};

const textLines = ({ encoding, lines, records, hints }: Text): readonly Line[] => {
  const filled = lines.filter((line) => line.replace(/^C ?\d{0,2}/, "").trim() !== "").length;
  const name = encoding.replace("ebcdic-", "EBCDIC, code page ").replace("ascii", "ASCII");
  return [
    ...heading("Text header"),
    ...row("encoding", encoding === "blank" ? "blank" : `${name}; ${filled} of ${plural(lines.length, "line")} filled`),
    ...records.flatMap(({ stanza, bytes: [from, to] }) =>
      row("record", `${stanza ?? "text"}, offset ${count(from)} to ${count(to)}`),
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
  if (value === 0) return "sample interval unknown";
  const from = unit === "us" ? `${decimal(delay)} ms` : count(delay);
  return `every ${every[unit]}${delay === 0 ? "" : ` from ${from} on`}`;
};

const sampleLines = (format: Format): readonly Line[] => {
  const { sample, samples, container } = format;
  const [least, most] = samples.traces;
  const others = [
    ...(samples.binary === samples.used || container === "su" ? [] : [`binary header says ${count(samples.binary)}`]),
    ...((least === samples.used && most === samples.used) || most === 0
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

const findingLines = ({ code, severity, where, message, traces }: Finding): readonly Line[] => {
  const named = traces?.first.slice(0, MOST_NUMBERS).join(", ");
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
