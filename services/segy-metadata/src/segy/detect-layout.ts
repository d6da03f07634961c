// Finds the layout of a file: every one that its declared numbers allow is held against the file's size and its traces.
import { HEAD_BYTES, TEXT_BYTES } from "./binary-header.ts";
import { BYTE_ORDERS, readingOf, segyCandidates, suCandidates, type Candidate, type Reading } from "./candidates.ts";
import { HEADER_BYTES } from "./field.ts";
import { finding, type Finding } from "../document/findings.ts";
import { headerReader, NSAMPS_AT, plausibility, type HeaderReader } from "./probe-headers.ts";
import type { ReadAt } from "./read-at.ts";
import { printableShare } from "./text-header.ts";
import { MOST_TEXT_RECORDS, textRecords, textRecordsIn, type Records } from "./text-records.ts";

export interface Detected {
  readonly best: Candidate;
  readonly runnerUp: string | null;
  readonly evidence: readonly string[];
  /** Whole traces by the size of the file, before what is at the end is looked at. */
  readonly traces: number;
  readonly fixedLength: boolean;
  readonly findings: readonly Finding[];
  readonly headers: HeaderReader;
}

export type Detection = Detected | { readonly rejected: Finding };

interface Scored {
  readonly candidate: Candidate;
  readonly traces: number;
  readonly evidence: readonly string[];
  readonly score: number;
  /** 0 to 1, of the headers looked at; 1 without traces. */
  readonly headersFit: number;
}

const WHOLE_TRACES_WEIGHT = 3;
const HEADERS_WEIGHT = 6;
/** Below these it is some other kind of file. */
const LEAST_HEADERS_FIT = 0.55;
const LEAST_SCORE = 6;

const between = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && value >= least && value <= most;

/** What the binary header itself says for its byte order, in points. */
const binaryScore = ({ binary, declared, revision }: Reading, candidate: Candidate): number => {
  const half = [
    between(binary["interval"], 1, 65_535),
    between(binary["sorting"], -1, 9),
    between(binary["measurementSystem"], 0, 2),
    between(binary["fixedLength"], 0, 1),
    between(binary["extendedTextRecords"], -1, MOST_TEXT_RECORDS),
    between(binary["verticalSum"], 0, 1000),
    revision.effective !== null,
  ].filter(Boolean).length;
  return (
    (declared ? 4 : 0) +
    (candidate.sampleCode === null ? 0 : 2) +
    half / 2 +
    (candidate.samplesFrom === "trace header" ? 0 : 1)
  );
};

const textScore = (share: number): number => (share > 0.9 ? 2 : share > 0.7 ? 1 : 0);

/** Records that are no text are traces. */
const recordScore = ({ textRecords }: Candidate, head: Uint8Array): number => {
  if (textRecords === 0) return 0;
  return textRecordsIn(head, textRecords) === textRecords ? 1 : -3;
};

const wholeTraces = ({ firstTrace, traceLength }: Candidate, sizeBytes: number): number =>
  Math.max(0, Math.floor((sizeBytes - firstTrace) / traceLength));

/** Without looking at traces. */
const firstScore = (candidate: Candidate, head: Uint8Array, sizeBytes: number): Scored => {
  const { reading, firstTrace, traceLength } = candidate;
  const traces = wholeTraces(candidate, sizeBytes);
  const share = printableShare(head.subarray(0, TEXT_BYTES));
  const whole = traces > 0 && (sizeBytes - firstTrace) % traceLength === 0;
  const evidence = [
    ...(reading?.declared ? ["byte-order constant"] : []),
    ...(candidate.sampleCode === null ? [] : [`sample format ${candidate.sampleCode}`]),
    ...(whole ? [`whole traces: ${traces} x ${traceLength}`] : []),
  ];
  // Without heads the size alone speaks for Seismic Unix: it must be that of whole traces.
  const heads = reading
    ? binaryScore(reading, candidate) + textScore(share) + recordScore(candidate, head)
    : share < 0.6 && whole
      ? 5
      : -10;
  return { candidate, traces, evidence, score: heads + (whole ? WHOLE_TRACES_WEIGHT : 0), headersFit: 1 };
};

const probedTraces = (traces: number): readonly number[] => {
  const wanted = [0, 1, 2, traces / 4, traces / 2, (3 * traces) / 4, traces - 2, traces - 1];
  return [...new Set(wanted.map(Math.floor))].filter((trace) => trace >= 0 && trace < traces);
};

/** With a look at eight headers. */
const secondScore = async (scored: Scored, headers: HeaderReader): Promise<Scored> => {
  const { candidate, traces } = scored;
  if (traces === 0) return scored;
  const little = candidate.byteOrder === "little";
  const first = await headers.at(candidate.firstTrace, candidate.byteOrder);
  let sum = 0;
  let probed = 0;
  for (const trace of probedTraces(traces)) {
    const header = await headers.at(candidate.firstTrace + trace * candidate.traceLength, candidate.byteOrder);
    if (!header) continue;
    sum += plausibility(header, little, first);
    probed += 1;
  }
  const headersFit = probed === 0 ? 0 : sum / probed;
  const stated = first?.getUint16(NSAMPS_AT, little) === candidate.samples ? 1 : 0;
  const evidence = [...scored.evidence, `${probed} trace headers, ${Math.round(100 * headersFit)} % plausible`];
  return { ...scored, score: scored.score + HEADERS_WEIGHT * headersFit + stated, headersFit, evidence };
};

const MOST_PROBED = 8;

const nameOf = ({ byteOrder, samples, sampleBytes, firstTrace, container }: Candidate): string =>
  `${container} ${byteOrder}-endian, ${samples} samples of ${sampleBytes} bytes from byte ${firstTrace + 1}`;

/** At the end of the list only differently cut files are rivals: the same bytes under another name are none. */
const rivalOf = (best: Candidate, all: readonly Scored[]): Scored | undefined =>
  all.find(
    ({ candidate }) =>
      candidate.traceLength !== best.traceLength ||
      candidate.byteOrder !== best.byteOrder ||
      candidate.firstTrace !== best.firstTrace,
  );

const rejection = (
  source: ReadAt,
  readings: readonly (readonly [Reading, Records])[],
  best: Scored | undefined,
): Finding => {
  const trusted = best?.candidate.reading;
  if (trusted && best.score - HEADERS_WEIGHT * best.headersFit >= LEAST_SCORE - 1) {
    const records = readings.find(([reading]) => reading === trusted)?.[1];
    const size = `the file has ${source.sizeBytes} bytes`;
    if (records?.pastEnd)
      return finding(
        "ext-text-past-end",
        "binary 3505",
        `${trusted.binary["extendedTextRecords"]} extended text records do not fit: ${size}`,
      );
    const offset = trusted.binary["firstTraceOffset"] ?? 0;
    if (offset > source.sizeBytes)
      return finding("first-trace-past-end", "binary 3521", `the first trace is said to be at ${offset}: ${size}`);
    return finding(
      "no-layout",
      "file",
      `the heads are those of a SEG-Y file, but no length of trace that they allow fits its ${source.sizeBytes} bytes`,
    );
  }
  return finding("not-segy", "file", "neither the heads nor the traces of a SEG-Y or Seismic Unix file are in it");
};

/** Kinds of files that people send instead, by their first bytes. */
const ARCHIVES: readonly (readonly [magic: string, name: string])[] = [
  ["1f8b", "gzip"],
  ["504b0304", "zip"],
  ["28b52ffd", "zstd"],
  ["425a68", "bzip2"],
  ["fd377a585a", "xz"],
];

const archive = (head: Uint8Array): Finding | undefined => {
  const start = Buffer.from(head.subarray(0, 8)).toString("hex");
  const name = ARCHIVES.find(([magic]) => start.startsWith(magic))?.[1];
  return name === undefined ? undefined : finding("not-segy", "file", `it is a ${name} archive: unpack it first`);
};

/** Traces of their own lengths, each said by its header: believed when the first sixteen hold together. */
const walksWell = async ({ candidate }: Scored, headers: HeaderReader, sizeBytes: number): Promise<boolean> => {
  const { byteOrder, sampleBytes, traceHeaders } = candidate;
  let at = candidate.firstTrace;
  const lengths = new Set<number>();
  for (let trace = 0; trace < 16 && at < sizeBytes; trace++) {
    const header = await headers.at(at, byteOrder);
    if (!header || plausibility(header, byteOrder === "little", undefined) < 0.8) return false;
    const samples = header.getUint16(NSAMPS_AT, byteOrder === "little");
    if (samples === 0) return false;
    lengths.add(samples);
    at += HEADER_BYTES * traceHeaders + samples * sampleBytes;
  }
  return lengths.size > 1;
};

/** `head` holds the file's first bytes, all that were read at once. */
export const detectLayout = async (source: ReadAt, head: Uint8Array): Promise<Detection> => {
  const { sizeBytes } = source;
  if (sizeBytes === 0) return { rejected: finding("empty-file", "file", "the file has no bytes") };
  const headers = headerReader(source, head);
  const readings: (readonly [Reading, Records])[] = [];
  if (sizeBytes >= HEAD_BYTES) {
    for (const order of BYTE_ORDERS) {
      const reading = readingOf(head, order);
      readings.push([reading, await textRecords(reading, source, head)]);
    }
  }
  const candidates = [
    ...readings.flatMap(([reading, { counts }]) => segyCandidates(reading, head, counts)),
    ...suCandidates(head),
  ].filter(({ firstTrace }) => firstTrace <= sizeBytes);
  const first = candidates.map((candidate) => firstScore(candidate, head, sizeBytes));
  const promising = first.toSorted((a, b) => b.score - a.score).slice(0, MOST_PROBED);
  const probed = await Promise.all(promising.map(async (scored) => secondScore(scored, headers)));
  const [best, ...others] = probed.toSorted((a, b) => b.score - a.score);
  if (!best || best.score < LEAST_SCORE || best.headersFit < LEAST_HEADERS_FIT) {
    const walked = await firstWalk(promising, headers, sizeBytes);
    if (walked) return detected(walked, others, { headers, readings, fixedLength: false });
    const packed = archive(head);
    if (packed) return { rejected: packed };
    if (sizeBytes < HEAD_BYTES) return { rejected: shorter(sizeBytes) };
    return { rejected: rejection(source, readings, best) };
  }
  const variable =
    best.headersFit < 0.95 &&
    (best.candidate.reading?.binary["fixedLength"] ?? 1) === 0 &&
    (await walksWell(best, headers, sizeBytes));
  return detected(best, others, { headers, readings, fixedLength: !variable });
};

const shorter = (sizeBytes: number): Finding =>
  finding("shorter-than-headers", "file", `${sizeBytes} bytes; the text and binary headers alone take ${HEAD_BYTES}`);

const firstWalk = async (
  all: readonly Scored[],
  headers: HeaderReader,
  sizeBytes: number,
): Promise<Scored | undefined> => {
  for (const scored of all)
    if (scored.candidate.container === "segy" && (await walksWell(scored, headers, sizeBytes))) return scored;
  return undefined;
};

interface Around {
  readonly headers: HeaderReader;
  readonly readings: readonly (readonly [Reading, Records])[];
  readonly fixedLength: boolean;
}

const detected = (best: Scored, others: readonly Scored[], { headers, readings, fixedLength }: Around): Detected => {
  const { candidate, traces, evidence } = best;
  const rival = rivalOf(candidate, others);
  const records = readings.find(([reading]) => reading === candidate.reading)?.[1];
  return {
    best: candidate,
    runnerUp: rival
      ? `${nameOf(rival.candidate)} (${rival.score.toFixed(1)} points against ${best.score.toFixed(1)})`
      : null,
    evidence,
    traces,
    fixedLength,
    findings: records?.findings ?? [],
    headers,
  };
};
