// How often each cell of a lattice occurs, as runs of neighbouring cells with the same count.

/** `[first cell, cells, traces in each]`, rising, without overlap; where no run is, no trace is. */
export type CellRun = readonly [start: number, length: number, fold: number];

/** More runs say only that the survey is too ragged to keep: a megabyte of JSON, zipped. */
export const MOST_RUNS = 262_144;

type Edge = readonly [at: number, change: number];

const join = (runs: [number, number, number][], start: number, length: number, fold: number): void => {
  const last = runs.at(-1);
  if (last && last[0] + last[1] === start && last[2] === fold) last[1] += length;
  else runs.push([start, length, fold]);
};

/** Adds up runs that may overlap and come in any order. */
export const addUp = (runs: readonly CellRun[]): readonly CellRun[] => {
  const edges: Edge[] = runs.flatMap(([start, length, fold]): Edge[] => [
    [start, fold],
    [start + length, -fold],
  ]);
  edges.sort((a, b) => a[0] - b[0]);
  const sums: [number, number, number][] = [];
  let fold = 0;
  let from = 0;
  for (const [at, change] of edges) {
    if (at > from && fold > 0) join(sums, from, at - from, fold);
    from = at;
    fold += change;
  }
  return sums;
};

/** Collects cells one by one; neighbours in the file that are neighbours on the lattice cost nothing. */
export interface RunCollector {
  readonly add: (cell: number, times?: number) => void;
  /** Null when there are more than `MOST_RUNS`. */
  readonly end: () => readonly CellRun[] | null;
}

const KEPT_RUNS = 4 * MOST_RUNS;

export const collectRuns = (): RunCollector => {
  let kept: [number, number, number][] | null = [];
  let cell = -1;
  let times = 0;
  const flush = (): void => {
    if (times === 0 || kept === null) return;
    const last = kept.at(-1);
    if (last && last[2] === times && last[0] + last[1] === cell) last[1] += 1;
    else if (last && last[2] === times && last[0] - 1 === cell) [last[0], last[1]] = [cell, last[1] + 1];
    else kept.push([cell, 1, times]);
    if (kept.length <= KEPT_RUNS) return;
    const summed = addUp(kept);
    kept = summed.length > KEPT_RUNS / 2 ? null : summed.map(([...run]) => run);
  };
  return {
    add: (next, count = 1) => {
      if (next === cell) times += count;
      else {
        flush();
        cell = next;
        times = count;
      }
    },
    end: () => {
      flush();
      times = 0;
      const summed = kept === null ? null : addUp(kept);
      return summed === null || summed.length > MOST_RUNS ? null : summed;
    },
  };
};
