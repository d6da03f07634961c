// From a plan and what the passes over the traces found to the document that people read.
import { finding, findingIf, MOST_FINDINGS, type Finding } from "./findings.ts";
import { geometryOf } from "./geometry.ts";
import type { Basis, Format, Geometry, Metadata } from "./metadata.ts";
import type { Occupancy } from "./occupancy.ts";
import type { Anomaly, AnomalyCode, Partial } from "../passes/partial.ts";
import type { Plan } from "../survey/plan.ts";
import { isLegalScalar } from "../survey/point.ts";

export interface HowKnown {
  readonly confidence: Metadata["confidence"];
  readonly basis: Basis;
}

const number = (value: number): string => value.toLocaleString("en-US");
const traces = (count: number): string => (count === 1 ? "1 trace" : `${number(count)} traces`);

const MESSAGES: { readonly [code in AnomalyCode]?: readonly [where: string, message: (count: number) => string] } = {
  "order-break": ["traces", (count) => `at ${traces(count)} the line numbers jump back against the order of the file`],
  "off-lattice-header": [
    "trace headers",
    (count) => `line numbers that belong to no line of the survey in ${traces(count)}`,
  ],
  "coordinates-off-grid": ["trace headers", (count) => `coordinates off the grid of the others in ${traces(count)}`],
  "scalar-illegal": [
    "trace header 71",
    (count) => `a coordinate scalar that is no power of ten up to 10,000 in ${traces(count)}`,
  ],
  "dead-traces": ["trace header 29", (count) => `marked as dead: ${traces(count)}`],
};

const named = ({ count, first }: Anomaly): NonNullable<Finding["traces"]> => ({ count, first: [...first] });

const anomalyFindings = ({ anomalies }: Partial, strays: number): readonly Finding[] =>
  (Object.entries(MESSAGES) as [AnomalyCode, (typeof MESSAGES)[AnomalyCode]][]).flatMap(([code, meaning]) => {
    const anomaly = anomalies[code] ?? { count: 0, first: [] };
    const count = anomaly.count + (code === "off-lattice-header" ? strays : 0);
    if (!meaning || code === "gap" || count === 0) return [];
    return [finding(code, meaning[0], meaning[1](count), named({ ...anomaly, count }))];
  });

const cellName = (keys: readonly number[]): string => keys.join("/");
const MOST_IN_MESSAGE = 5;

const some = (cells: readonly (readonly number[])[]): string => {
  const more = cells.length > MOST_IN_MESSAGE ? " …" : "";
  return cells.length === 0 ? "" : `: ${cells.slice(0, MOST_IN_MESSAGE).map(cellName).join(", ")}${more}`;
};

/** Where each cell holds one trace an empty one is a loss, and a bin without any in a cube; gathers may have any fold. */
const countsGaps = ({ lattice, class: kind }: Plan): boolean =>
  lattice !== null && (!lattice.folded || kind.startsWith("3d"));

const gridFindings = (plan: Plan, { anomalies }: Partial, geometry: Geometry): readonly Finding[] => {
  const { missing, duplicates, atLeast } = geometry;
  const least = atLeast ? "at least " : "";
  // Where the order breaks, the line numbers jump over cells that are filled elsewhere.
  const gaps = anomalies["order-break"] ? undefined : anomalies["gap"];
  const repeats = anomalies["duplicate-traces"];
  const missingHere = missing !== null && missing > 0 && countsGaps(plan);
  const duplicateHere = duplicates !== null && duplicates > 0;
  return [
    ...(missingHere
      ? [
          finding(
            "missing-traces",
            "geometry",
            `empty cells: ${least}${number(missing)} of ${number(cellsOfBox(geometry))}${some(geometry.missingCells)}`,
            gaps && named(gaps),
          ),
        ]
      : []),
    ...(duplicateHere
      ? [
          finding(
            "duplicate-traces",
            "geometry",
            `${least}${traces(duplicates)} in cells that are filled already${some(geometry.duplicateCells)}`,
            repeats && named(repeats),
          ),
        ]
      : []),
  ];
};

const cellsOfBox = ({ slow, fast, offset }: Geometry): number =>
  (slow?.count ?? 1) * (fast?.count ?? 1) * (offset?.count ?? 1);

const range = ({ fields }: Partial, name: string): readonly [number, number] => [
  fields[name]?.min ?? 0,
  fields[name]?.max ?? 0,
];

/** A value in the trace headers that is there and another one. */
const other = (least: number, most: number, value: number): boolean =>
  most !== 0 && (most !== value || (least !== 0 && least !== value));

/** Where the trace headers contradict the binary one, or themselves. */
const headerFindings = ({ format }: Plan, partial: Partial): readonly Finding[] => {
  const [leastSamples, mostSamples] = range(partial, "nsamps");
  const [leastInterval, mostInterval] = range(partial, "dt");
  const [leastYear, mostYear] = range(partial, "year");
  const scalars = ["ed_scal", "co_scal"].map((name) => [name, range(partial, name)] as const);
  const { used } = format.samples;
  const { value, from } = format.interval;
  const disagrees =
    from === "binary extended" && [format.binary["interval"] ?? 0, mostInterval].some((us) => us !== 0 && us !== value);
  const binaryInterval = from === "trace header" && format.container === "segy";
  return [
    ...findingIf(
      format.fixedLength && other(leastSamples, mostSamples, used),
      "samples-conflict",
      "trace header 115",
      `trace headers say ${span(leastSamples, mostSamples)} samples, the file's size says ${used}`,
    ),
    ...findingIf(
      binaryInterval || (from === "binary" && other(leastInterval, mostInterval, value)) || disagrees,
      "dt-conflict",
      "binary 3217",
      binaryInterval
        ? `the binary header has no sample interval; the trace headers' ${value} is used`
        : `trace headers say ${span(leastInterval, mostInterval)}, the binary header ${value}`,
    ),
    ...findingIf(from === "none", "dt-zero", "binary 3217", "no header has a sample interval"),
    ...findingIf(
      mostYear > 0 && mostYear < 100 && leastYear >= 0,
      "year-two-digits",
      "trace header 157",
      `the year is written as ${mostYear}`,
    ),
    ...findingIf(
      scalars.some(
        ([name, [least, most]]) =>
          least === 0 && most === 0 && partial.fields[name] !== undefined && hasValues(partial, name),
      ),
      "scalar-zero",
      "trace headers 69, 71",
      "a scalar is 0 and counts as 1",
    ),
    ...findingIf(
      scalars.some(([name, ends]) => name === "ed_scal" && !ends.every(isLegalScalar)),
      "scalar-illegal",
      "trace header 69",
      "the elevation scalar is no power of ten up to 10,000",
    ),
  ];
};

const SCALED: Readonly<Record<string, readonly string[]>> = {
  ed_scal: ["relev", "selev", "sdepth", "rdatum", "sdatum", "wdepthso", "wdepthrc"],
  co_scal: ["sht_x", "sht_y", "rec_x", "rec_y", "cdp_x", "cdp_y"],
};

const hasValues = ({ fields }: Partial, scalar: string): boolean =>
  (SCALED[scalar] ?? []).some((name) => fields[name] && (fields[name].min !== 0 || fields[name].max !== 0));

const span = (least: number, most: number): string => (least === most ? `${least}` : `${least} to ${most}`);

const fieldsOf = (partial: Partial): Metadata["fields"] =>
  Object.fromEntries(
    Object.entries(partial.fields)
      .filter(([, { min, max }]) => (min !== 0 || max !== 0) && Number.isFinite(min) && Number.isFinite(max))
      .map(([name, ends]) => [name, { ...ends, constant: ends.min === ends.max }]),
  );

const formatWith = ({ format }: Plan, partial: Partial): Format => {
  const [least, most] = range(partial, "nsamps");
  return { ...format, samples: { ...format.samples, traces: [least, most] } };
};

const SEVERITY_ORDER = ["error", "warning", "info"];

/** The document of a file. The same plan and findings give the same document, however they were come by. */
export const describe = (plan: Plan, partial: Partial, { confidence, basis }: HowKnown): Metadata => {
  const { geometry, occupancy }: { geometry: Geometry; occupancy: Occupancy | null } = geometryOf(plan, partial);
  const findings = [
    ...plan.findings,
    ...headerFindings(plan, partial),
    ...gridFindings(plan, partial, geometry),
    ...anomalyFindings(partial, occupancy?.strays ?? 0),
  ];
  const ranked = findings.toSorted((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity));
  return {
    schema: 1,
    id: plan.id,
    status: "ready",
    source: plan.source,
    confidence,
    basis,
    text: plan.text,
    format: formatWith(plan, partial),
    geometry,
    fields: fieldsOf(partial),
    findings: ranked.slice(0, MOST_FINDINGS),
  };
};
