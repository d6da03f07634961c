// Single trace headers of a large file: which ones are looked at, how they are read, and what a clean sample proves.
import { createHash } from "node:crypto";
import { dataViewOf, HEADER_BYTES, offsetOf, readField, swapPairs } from "../segy/field.ts";
import { cellsOf } from "../survey/lattice.ts";
import { traceAt } from "../segy/layout.ts";
import type { Plan } from "../survey/plan.ts";
import type { ReadAt } from "../segy/read-at.ts";
import { seededRandom } from "../survey/samples.ts";

export interface Probe {
  readonly trace: number;
  /** As it stands in the file. */
  readonly header: DataView;
  /** -1 off the lattice. */
  readonly cell: number;
  /** Place in the order of the file; NaN off the lattice. */
  readonly rank: number;
  /** In the order of the file on each axis; none off the lattice. */
  readonly places: readonly number[];
}

const IN_FLIGHT = 32;

/** Reads the headers of the given traces, a few dozen at once, and places them on the plan's lattice; rising traces. */
export const probing = (source: ReadAt, { layout, lattice }: Plan) => {
  const cells = lattice && cellsOf(lattice);
  const headerBytes = HEADER_BYTES * layout.traceHeaders;
  const keysOf = (bytes: Uint8Array): readonly number[] => {
    const header = dataViewOf(layout.byteOrder === "swapped" ? swapPairs(bytes) : bytes);
    const little = layout.byteOrder === "little";
    return (lattice?.axes ?? []).map(({ field }) => readField(header, offsetOf(field), field.type, little));
  };
  const probe = async (trace: number): Promise<Probe> => {
    const start = traceAt(layout, trace);
    const bytes = await source.read(start, start + headerBytes);
    const header = dataViewOf(bytes);
    const keys = keysOf(bytes);
    const cell = cells?.cell(keys) ?? -1;
    if (!cells || cell < 0) return { trace, header, cell, rank: Number.NaN, places: [] };
    const rank = cells.rank(keys);
    return { trace, header, cell, rank, places: cells.places(rank) };
  };
  return async (traces: readonly number[]): Promise<readonly Probe[]> => {
    const found: Probe[] = [];
    const waiting = traces.values().map(probe); // shared: each trace is taken once, none after one that failed
    const reader = async (): Promise<void> => {
      for (const each of waiting) found.push(await each);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, reader));
    return found.toSorted((a, b) => a.trace - b.trace);
  };
};

/** One random trace in each of so many equal parts of the file: the same ones each time for the same object. */
export const drawTraces = (count: number, { layout, source }: Plan): readonly number[] => {
  const seed = createHash("sha256").update(`${source.sizeBytes}:${source.etag}`).digest().readUInt32BE();
  const random = seededRandom(seed);
  const parts = Math.min(count, layout.traces);
  const startOf = (part: number): number => Math.floor((part * layout.traces) / parts);
  return Array.from({ length: parts }, (_, part) => {
    const start = startOf(part);
    return start + Math.floor(random() * (startOf(part + 1) - start));
  });
};

/** Fewest members that must go for the others to rise (not to fall, with `ties`); what is not a number must go. */
export const outOfOrder = (values: readonly number[], ties: boolean): number => {
  const tails: number[] = []; // the smallest end of a rising run of each length
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const at = tails.findLastIndex((tail) => (ties ? tail <= value : tail < value)) + 1;
    tails[at] = value;
  }
  return values.length - tails.length;
};

/**
 * Upper bound at 95 % of the share of deviating traces, of which a sample showed some: exact binomial (Clopper and
 * Pearson 1934); without any, about 3 / sample.
 */
export const shareBelow95 = (sample: number, deviating: number): number => {
  if (deviating >= sample) return 1;
  const chanceOfSoFew = (share: number): number => {
    let term = sample * Math.log1p(-share);
    let sum = Math.exp(term);
    for (let k = 1; k <= deviating; k++) {
      term += Math.log((sample - k + 1) / k) + Math.log(share) - Math.log1p(-share);
      sum += Math.exp(term);
    }
    return sum;
  };
  let [low, high] = [deviating / sample, 1];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (chanceOfSoFew(middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
};
