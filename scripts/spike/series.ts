// From what happened when to what a graph shows: bins of time, and a value for each.

/** Milliseconds; it is under way from its start up to its end. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

export interface Bins {
  readonly from: number;
  readonly binMs: number;
  readonly count: number;
}

const STEPS_MS = [100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000];

/** Bins of a handy length that cover `[from, to]`, at most so many. */
export const binsOf = (from: number, to: number, most: number): Bins => {
  const fits = (binMs: number): boolean => Math.ceil((to - from) / binMs) <= most;
  const binMs = STEPS_MS.find(fits) ?? 60_000 * Math.ceil((to - from) / most / 60_000);
  return { from, binMs, count: Math.max(1, Math.ceil((to - from) / binMs)) };
};

const startsOf = ({ from, binMs, count }: Bins): readonly number[] =>
  Array.from({ length: count }, (_, bin) => from + bin * binMs);

/** How many begin in each bin. */
export const startsPerBin = (intervals: readonly Interval[], { from, binMs, count }: Bins): readonly number[] => {
  const values = Array.from({ length: count }, () => 0);
  for (const { start } of intervals) {
    const bin = Math.floor((start - from) / binMs);
    if (bin >= 0 && bin < count) values[bin] = (values[bin] ?? 0) + 1;
  }
  return values;
};

/** The most that are under way at the same time, in each bin: an end frees its place for a start of the same moment. */
export const peakPerBin = (intervals: readonly Interval[], bins: Bins): readonly number[] => {
  const changes = intervals
    .filter(({ start, end }) => end > start)
    .flatMap(({ start, end }) => [
      { at: start, by: 1 },
      { at: end, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let next = 0;
  let running = 0;
  const runUntil = (isOver: (at: number) => boolean): number => {
    let peak = running;
    for (let change = changes[next]; change !== undefined && !isOver(change.at); change = changes[++next]) {
      running += change.by;
      peak = Math.max(peak, running);
    }
    return peak;
  };
  return startsOf(bins).map((start) => {
    runUntil((at) => at > start); // what ends exactly here is not of this bin
    return runUntil((at) => at >= start + bins.binMs);
  });
};

/** The age of the oldest that is under way, in milliseconds: the largest in each bin. */
export const oldestPerBin = (intervals: readonly Interval[], bins: Bins): readonly number[] =>
  startsOf(bins).map((start) => {
    const binEnd = start + bins.binMs;
    return intervals.reduce(
      (oldest, each) =>
        each.end <= start || each.start >= binEnd ? oldest : Math.max(oldest, Math.min(each.end, binEnd) - each.start),
      0,
    );
  });

/** The value below which this share of the values lies, by the nearest rank; 0 of none. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
