// A choice of trace headers from which the survey of a file draws its conclusions.
import { dataViewOf, HEADER_BYTES, offsetOf, readField, swapPairs, type Field } from "../segy/field.ts";
import { traceAt, type Layout } from "../segy/layout.ts";
import { isBlank } from "../segy/probe-headers.ts";
import type { ReadAt } from "../segy/read-at.ts";

export interface Samples {
  /** Trace numbers, rising. */
  readonly traces: readonly number[];
  readonly little: boolean;
  readonly headers: readonly DataView[];
}

/** A file so small is read whole. */
const WHOLE_BYTES = 8 * 1024 * 1024;
const STRATA = 96;
/** So many of the strata give two neighbours: they tell which field changes from trace to trace. */
const PAIRS = 32;
const IN_FLIGHT = 32;

/** A number generator for stratified choices: the same file gives the same plan (Numerical Recipes' LCG). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const chosenTraces = (traces: number, inHead: number): readonly number[] => {
  const random = seededRandom(traces);
  const chosen = new Set(Array.from({ length: inHead }, (_, trace) => trace));
  for (let power = 1; power < traces; power *= 2) chosen.add(power);
  for (let stratum = 0; stratum < STRATA; stratum++) {
    const trace = Math.min(traces - 1, Math.floor(((stratum + random()) * traces) / STRATA));
    chosen.add(trace);
    if (stratum % Math.floor(STRATA / PAIRS) === 0 && trace + 1 < traces) chosen.add(trace + 1);
  }
  for (const trace of [traces - 2, traces - 1]) chosen.add(trace);
  return [...chosen].filter((trace) => trace >= 0).toSorted((a, b) => a - b);
};

/** Reads headers one by one, many at a time; those inside `head` cost nothing. */
const readHeaders = async (
  source: ReadAt,
  layout: Layout,
  request: { traces: readonly number[]; head: Uint8Array },
): Promise<readonly DataView[]> => {
  const headerBytes = HEADER_BYTES * layout.traceHeaders;
  const { traces, head } = request;
  const headers: DataView[] = [];
  const readOne = async (trace: number): Promise<DataView> => {
    const at = traceAt(layout, trace);
    const bytes =
      at + headerBytes <= head.length ? head.subarray(at, at + headerBytes) : await source.read(at, at + headerBytes);
    return dataViewOf(layout.byteOrder === "swapped" ? swapPairs(bytes) : bytes);
  };
  for (let at = 0; at < traces.length; at += IN_FLIGHT) {
    headers.push(...(await Promise.all(traces.slice(at, at + IN_FLIGHT).map(readOne))));
  }
  return headers;
};

/** All headers of a small file; of a larger one those of its first bytes, its end, and some from everywhere. */
export const sampleHeaders = async (source: ReadAt, layout: Layout, head: Uint8Array): Promise<Samples> => {
  const { traces, traceLength, firstTrace } = layout;
  const little = layout.byteOrder === "little";
  if (source.sizeBytes <= WHOLE_BYTES) {
    const whole = source.sizeBytes === head.length ? head : await source.read(0, source.sizeBytes);
    const every = Array.from({ length: traces }, (_, trace) => trace);
    return {
      traces: every,
      little,
      headers: await readHeaders(source, layout, { traces: every, head: whole }),
    };
  }
  const inHead = Math.min(traces, Math.max(0, Math.floor((head.length - firstTrace) / traceLength)));
  const chosen = chosenTraces(traces, inHead);
  const headers = await readHeaders(source, layout, { traces: chosen, head });
  return { traces: chosen, little, headers };
};

/** Without blank headers and what is of another kind than most: dead and auxiliary traces have no place in a survey. */
export const liveSamples = (samples: Samples, fields: readonly Field[]): Samples => {
  const id = fields.find(({ name, header }) => name === "trctype" && header === 0);
  const kinds = id ? columnOf(samples, id) : new Float64Array(samples.headers.length);
  const numbered = samples.headers.map((header) => !isBlank(header));
  const counts = Map.groupBy(
    kinds.filter((_, at) => numbered[at]),
    (kind) => kind,
  );
  const [usual] = [...counts].toSorted((a, b) => b[1].length - a[1].length)[0] ?? [0];
  const live = samples.headers
    .keys()
    .filter((at) => numbered[at] && kinds[at] === usual)
    .toArray();
  if (2 * live.length < samples.headers.length) return samples;
  const pick = <T>(all: readonly T[]): T[] => live.flatMap((at) => all[at] ?? []);
  return { ...samples, traces: pick(samples.traces), headers: pick(samples.headers) };
};

/** The values of one field in all samples. */
export const columnOf = ({ headers, little }: Samples, field: Field): Float64Array => {
  const at = offsetOf(field);
  return Float64Array.from(headers, (header) => readField(header, at, field.type, little));
};
