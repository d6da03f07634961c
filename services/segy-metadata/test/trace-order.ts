// Which traces of a regular survey stand in a file, and in which order.

/** Positions count from 0 in the order of the file; the end of a range is outside. Traces count as the faults before left them. */
export type OrderFault =
  | { readonly fault: "drop"; readonly trace: number; readonly count?: number }
  /** A second copy right behind the first. */
  | { readonly fault: "repeat"; readonly trace: number; readonly count?: number }
  /** Two blocks of `count` traces change places. */
  | { readonly fault: "swap"; readonly traces: readonly [number, number]; readonly count?: number }
  /** Nothing recorded in a rectangle of the grid, counted along the slow and the fast axis. */
  | { readonly fault: "hole"; readonly slow: readonly [number, number]; readonly fast: readonly [number, number] }
  /** Each line begins and ends up to `most` positions later and earlier. */
  | { readonly fault: "ragged"; readonly most: number; readonly seed?: number }
  /** Each trace is missing with this probability. */
  | { readonly fault: "gaps"; readonly share: number; readonly seed?: number };

export interface SurveyShape {
  readonly slow: number;
  readonly fast: number;
  /** Traces per position: offsets of a gather. */
  readonly inner: number;
  /** Every second line runs the other way. */
  readonly snake: boolean;
}

export interface TraceOrder {
  readonly traces: number;
  /** Ordinal in the whole survey of the trace that stands there. */
  readonly cellAt: (trace: number) => number;
}

/** Numbers in [0, 1), the same for a seed in every run (mulberry32). */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** `[from, to)` in cells. */
type Range = readonly [number, number];

const rectangle = (shape: SurveyShape, slow: Range, fast: Range): readonly Range[] =>
  Array.from({ length: slow[1] - slow[0] }, (_, at) => {
    const line = slow[0] + at;
    const turned = shape.snake && line % 2 === 1;
    const [from, to] = turned ? [shape.fast - fast[1], shape.fast - fast[0]] : fast;
    return [(line * shape.fast + from) * shape.inner, (line * shape.fast + to) * shape.inner];
  });

const raggedEnds = (shape: SurveyShape, most: number, seed: number): readonly Range[] => {
  const random = randomNumbers(seed);
  const upToMost = (): number => Math.floor(random() * (most + 1));
  return Array.from({ length: shape.slow }, (_, line) => line).flatMap((line) => [
    ...rectangle(shape, [line, line + 1], [0, upToMost()]),
    ...rectangle(shape, [line, line + 1], [shape.fast - upToMost(), shape.fast]),
  ]);
};

/** The way to the next gap is drawn, not each trace: time grows with the gaps only. */
const gaps = (cells: number, share: number, seed: number): readonly Range[] => {
  const random = randomNumbers(seed);
  const ranges: Range[] = [];
  const onward = (): number => Math.floor(Math.log(1 - random()) / Math.log(1 - share));
  for (let cell = onward(); cell < cells; cell += 1 + onward()) ranges.push([cell, cell + 1]);
  return ranges;
};

const rangesWithout = (cells: number, removed: readonly Range[]): readonly Range[] => {
  const kept: Range[] = [];
  let from = 0;
  for (const [start, end] of removed.toSorted((a, b) => a[0] - b[0])) {
    if (start > from) kept.push([from, start]);
    from = Math.max(from, end);
  }
  return from < cells ? [...kept, [from, cells]] : kept;
};

/** The part `[from, to)` of what the ranges list one after the other. */
const slice = (ranges: readonly Range[], from: number, to = Infinity): readonly Range[] => {
  let passed = 0;
  return ranges.flatMap(([start, end]): Range[] => {
    const first = start + Math.max(0, from - passed);
    const last = start + Math.min(end - start, to - passed);
    passed += end - start;
    return first < last ? [[first, last]] : [];
  });
};

const removedBy = (shape: SurveyShape, fault: OrderFault): readonly Range[] => {
  switch (fault.fault) {
    case "hole":
      return rectangle(shape, fault.slow, fault.fast);
    case "ragged":
      return raggedEnds(shape, fault.most, fault.seed ?? 1);
    case "gaps":
      return gaps(shape.slow * shape.fast * shape.inner, fault.share, fault.seed ?? 1);
    default:
      return [];
  }
};

const rearranged = (ranges: readonly Range[], fault: OrderFault): readonly Range[] => {
  switch (fault.fault) {
    case "drop":
      return [...slice(ranges, 0, fault.trace), ...slice(ranges, fault.trace + (fault.count ?? 1))];
    case "repeat": {
      const end = fault.trace + (fault.count ?? 1);
      return [...slice(ranges, 0, end), ...slice(ranges, fault.trace)];
    }
    case "swap": {
      const [a, b] = fault.traces;
      const { count = 1 } = fault;
      const blocks = [[0, a], [b, b + count], [a + count, b], [a, a + count], [b + count]] as const;
      return blocks.flatMap(([from, to]) => slice(ranges, from, to));
    }
    default:
      return ranges;
  }
};

/** What is missing is taken out first; then traces are dropped, repeated and swapped, in the order of the list. */
export const traceOrder = (shape: SurveyShape, faults: readonly OrderFault[]): TraceOrder => {
  const cells = shape.slow * shape.fast * shape.inner;
  const removed = faults.flatMap((fault) => removedBy(shape, fault));
  const ranges = faults.reduce(rearranged, rangesWithout(cells, removed));
  const starts = new Float64Array(ranges.length + 1);
  for (const [at, [from, to]] of ranges.entries()) starts[at + 1] = (starts[at] ?? 0) + to - from;
  let last = 0;
  const rangeOf = (trace: number): number => {
    if (trace >= (starts[last] ?? 0) && trace < (starts[last + 1] ?? 0)) return last;
    let [low, high] = [0, ranges.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= trace) low = middle;
      else high = middle;
    }
    return (last = low);
  };
  return {
    traces: starts[ranges.length] ?? 0,
    cellAt: (trace) => {
      const at = rangeOf(trace);
      return (ranges[at]?.[0] ?? 0) + trace - (starts[at] ?? 0);
    },
  };
};
