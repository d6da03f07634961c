// The format part of a document, and the findings that the heads alone give.
import { SAMPLE_FORMATS } from "./binary-header.ts";
import type { Detected } from "./detect-layout.ts";
import { findingIf, type Finding } from "../document/findings.ts";
import type { Layout } from "./layout.ts";
import type { Format, Text } from "../document/metadata.ts";
import { DT_AT } from "./probe-headers.ts";
import type { Samples } from "../survey/samples.ts";

const nonZero = (binary: Readonly<Record<string, number>>): Format["binary"] =>
  Object.fromEntries(Object.entries(binary).filter(([, value]) => value !== 0 && Number.isFinite(value)));

/** Steps of recording systems. Others are often depths, 5 m as 5,000: then only the text can tell. */
const USUAL_US = new Set([125, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000]);

const unitOf = (value: number, { hints }: Text): Format["interval"]["unit"] => {
  const domain = hints.find(({ kind }) => kind === "domain")?.value.toLowerCase();
  if (domain?.includes("depth")) return "mm";
  if (domain?.includes("time")) return "us";
  return USUAL_US.has(value) ? "us" : "unknown";
};

const intervalOf = ({ best }: Detected, samples: Samples, text: Text): Format["interval"] => {
  const binary = best.reading?.binary["interval"] ?? 0;
  const extended = best.reading?.binary["extendedInterval"] ?? 0;
  const traces = samples.headers.map((header) => header.getUint16(DT_AT, samples.little));
  const trace = traces.find((value) => value > 0) ?? 0;
  const all = [
    { value: Number.isFinite(extended) && extended > 0 ? extended : 0, from: "binary extended" },
    { value: binary, from: "binary" },
    { value: trace, from: "trace header" },
  ] as const;
  const { value, from } = all.find((each) => each.value > 0) ?? { value: 0, from: "none" as const };
  return { value, unit: unitOf(value, text), from };
};

const DELAY_AT = 108;

export const formatOf = (
  detected: Detected,
  layout: Layout,
  { samples, text }: { samples: Samples; text: Text },
): Format => {
  const { best, evidence, runnerUp } = detected;
  const interval = intervalOf(detected, samples, text);
  const signed = interval.value > 32_767 && interval.value <= 65_535;
  return {
    container: layout.container,
    revision: best.reading?.revision ?? { raw: "", effective: null },
    byteOrder: layout.byteOrder,
    evidence: [
      ...evidence,
      ...(signed ? [`interval ${interval.value} (as a signed number ${interval.value - 65_536})`] : []),
    ],
    runnerUp,
    sample: {
      code: layout.sampleCode,
      name: SAMPLE_FORMATS[layout.sampleCode ?? -1]?.name ?? "unknown",
      bytes: layout.sampleBytes,
    },
    samples: {
      used: layout.samples,
      from: best.samplesFrom,
      binary: best.reading?.binary["samples"] ?? 0,
      traces: [0, 0],
    },
    interval,
    delay: samples.headers[0]?.getInt16(DELAY_AT, samples.little) ?? 0,
    binary: nonZero(best.reading?.binary ?? {}),
    firstTrace: layout.firstTrace,
    traceLength: layout.traceLength,
    traces: layout.traces,
    trailingBytes: layout.trailingBytes,
    traceHeaders: layout.traceHeaders,
    textRecords: layout.textRecords,
    fixedLength: layout.fixedLength,
  };
};

const USUAL_REVISIONS = new Set(["0000", "0100", "0200", "0201"]);

/** What the heads say of themselves, and where they are at odds with the traces. */
export const headFindings = ({ best, fixedLength }: Detected, layout: Layout, constant: string): readonly Finding[] => {
  const { reading, samples } = best;
  if (!reading) return [];
  const { binary, revision } = reading;
  const two = (revision.effective ?? 0) >= 2;
  const declared = binary["traces"] ?? 0;
  const records = binary["extendedTextRecords"] ?? 0;
  return [
    ...findingIf(
      best.sampleCode === null,
      "format-unknown",
      "binary 3225",
      `sample format ${binary["sampleFormat"]} is none of the standard's; the traces fit samples of ${best.sampleBytes} bytes`,
    ),
    ...findingIf(
      best.samplesFrom === "trace header",
      "ns-conflict",
      "binary 3221",
      `${binary["samples"]} samples per trace do not fit; the trace headers' ${samples} do`,
    ),
    ...findingIf(
      best.byteOrder !== "big" && !reading.declared,
      "byte-order-not-declared",
      "binary 3297",
      `the file is ${best.byteOrder}-endian and does not say so`,
    ),
    ...findingIf(
      two && !reading.declared && constant !== "00000000",
      "byte-order-constant-invalid",
      "binary 3297",
      `${constant} is no byte-order constant`,
    ),
    ...findingIf(
      !USUAL_REVISIONS.has(revision.raw),
      "revision-odd",
      "binary 3501",
      `the revision is written as ${revision.raw}`,
    ),
    ...findingIf(
      two && declared > 0 && declared !== layout.traces,
      "count-conflict",
      "binary 3513",
      `${declared} traces are declared, ${layout.traces} are there`,
    ),
    ...findingIf(
      records > 0 && records !== best.textRecords,
      "rev2-fields-inconsistent",
      "binary 3505",
      `${records} extended text records are declared, the traces begin after ${best.textRecords}`,
    ),
    ...findingIf(
      two && (binary["firstTraceOffset"] ?? 0) > 0 && binary["firstTraceOffset"] !== layout.firstTrace,
      "rev2-fields-inconsistent",
      "binary 3521",
      `the first trace is said to be at ${binary["firstTraceOffset"]}, it is at ${layout.firstTrace}`,
    ),
    ...findingIf(
      two && (binary["trailerRecords"] ?? 0) > 0 && layout.trailingBytes === 0,
      "rev2-fields-inconsistent",
      "binary 3529",
      `${binary["trailerRecords"]} trailer records are declared, nothing follows the traces`,
    ),
    ...findingIf(
      !fixedLength,
      "variable-length",
      "binary 3503",
      "the traces have lengths of their own, as their headers say",
    ),
  ];
};
