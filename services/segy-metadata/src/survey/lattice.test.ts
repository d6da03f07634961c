import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { cellsOf, type Axis, type Lattice } from "./lattice.ts";

const field = { name: "iline", byte: 189, type: "i4", header: 0 } as const;
const line: Axis = { field, min: 100, step: 1, count: 10, direction: 1 };
const crossline: Axis = { ...line, min: 200 };

const axis = (byte: number) =>
  fc.record({
    field: fc.constant({ name: `key${byte}`, byte, type: "i4" as const, header: 0 }),
    min: fc.integer({ min: -1000, max: 1000 }),
    step: fc.constantFrom(1, 2, 5),
    count: fc.integer({ min: 1, max: 6 }),
    direction: fc.constantFrom(1 as const, -1 as const),
  });

const lattices: fc.Arbitrary<Lattice> = fc.record({
  axes: fc
    .tuple(axis(189), axis(193), axis(37))
    .chain((axes) => fc.integer({ min: 1, max: 3 }).map((n) => axes.slice(0, n))),
  snake: fc.boolean(),
  folded: fc.constant(false),
});

const numbersAlong = ({ min, step, count, direction }: Axis, turned: boolean): readonly number[] => {
  const numbers = Array.from({ length: count }, (_, at) => min + at * step);
  return (direction === 1) === turned ? numbers.toReversed() : numbers;
};

/** The keys of a full survey as they stand in the file: loops over the axes, the second of which may turn. */
const fileOf = ({ axes, snake }: Lattice): readonly (readonly number[])[] => {
  let lines: { keys: readonly number[]; odd: boolean }[] = [{ keys: [], odd: false }];
  for (const [at, axis] of axes.entries()) {
    lines = lines.flatMap(({ keys, odd }) =>
      numbersAlong(axis, snake && at === 1 && odd).map((key, place) => ({
        keys: [...keys, key],
        odd: place % 2 === 1,
      })),
    );
  }
  return lines.map(({ keys }) => keys);
};

const all = (check: (lattice: Lattice) => void): void =>
  fc.assert(fc.property(lattices, check), {
    seed: 20261121,
    numRuns: process.env["WARMSTART_FULL"] === "1" ? 500 : 150,
  });

describe("cells", () => {
  test("a cell names the numbers it was made of, and no two traces share one", () => {
    all((lattice) => {
      const { cell, keysOf } = cellsOf(lattice);
      const file = fileOf(lattice);
      for (const keys of file) expect(keysOf(cell(keys))).toEqual(keys);
      expect(new Set(file.map(cell)).size).toBe(file.length);
    });
  });

  test("numbers between two steps, far outside or missing have no cell", () => {
    const { cell } = cellsOf({ axes: [{ ...line, step: 2 }, crossline], snake: false, folded: false });
    expect(cell([101, 200])).toBe(-1);
    expect(cell([100 + 2 * (10 + 64), 200])).toBe(-1);
    expect(cell([100, -2_000_000_000])).toBe(-1);
    expect(cell([100])).toBe(-1);
    expect(cell([100, Number.NaN])).toBe(-1);
    expect(cell([100, 200])).toBeGreaterThanOrEqual(0);
  });

  test("lines that stick out of the lattice share no cell with their neighbours", () => {
    const lattice = { axes: [line, crossline], snake: false, folded: false };
    const { cell, keysOf } = cellsOf(lattice);
    expect(keysOf(cell([103, 190]))).toEqual([103, 190]);
    expect(keysOf(cell([102, 230]))).toEqual([102, 230]);
    expect(cell([103, 190]) - cell([102, 230])).toBeGreaterThan(1);
  });
});

describe("the order of the file", () => {
  test("each trace of a full survey is one step after the one before, in all directions, snakes too", () => {
    all((lattice) => {
      const { rank, step } = cellsOf(lattice);
      const ranks = fileOf(lattice).map(rank);
      for (const [at, next] of ranks.slice(1).entries()) {
        expect(next).toBeGreaterThan(ranks[at] ?? Number.NaN);
        expect(step(ranks[at] ?? Number.NaN, next)).toBe(1);
        expect(step(next, ranks[at] ?? Number.NaN)).toBe(-1);
      }
    });
  });

  test("places count along each axis from where the file begins, and name their cells", () => {
    all((lattice) => {
      const { cell, rank, places, cellAt } = cellsOf(lattice);
      const counts = lattice.axes.map(({ count }) => count);
      for (const [at, keys] of fileOf(lattice).entries()) {
        const found = places(rank(keys));
        expect(found.reduce((sum, place, axis) => sum * (counts[axis] ?? 0) + place, 0)).toBe(at);
        expect(cellAt(found)).toBe(cell(keys));
      }
    });
  });

  test.each([
    ["a line that ends late", [102, 212], [103, 200], 1],
    ["a line that begins early", [102, 209], [103, 197], 1],
    ["a line beyond the last one", [109, 209], [110, 200], 1],
    ["a trace missing inside a line", [102, 204], [102, 206], 2],
    ["a trace missing inside the part that sticks out", [102, 211], [102, 213], 2],
    ["a line missing", [102, 209], [104, 200], 11],
    ["the next trace being the same", [102, 204], [102, 204], 0],
    ["a step back", [102, 204], [102, 203], -1],
  ])("%s", (_name, before, after, step) => {
    const cells = cellsOf({ axes: [line, crossline], snake: false, folded: false });
    expect(cells.step(cells.rank(before), cells.rank(after))).toBe(step);
  });

  test("what sticks out of the lattice has a place beyond it, or below zero", () => {
    const { cell, rank, places, cellAt } = cellsOf({ axes: [line, crossline], snake: true, folded: false });
    expect(places(rank([102, 210]))).toEqual([2, 10]);
    expect(places(rank([99, 205]))).toEqual([-1, 4]);
    expect(places(rank([103, 210]))).toEqual([3, -1]);
    expect(cellAt([3, -1])).toBe(cell([103, 210]));
  });
});
