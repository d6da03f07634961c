import { expect, test } from "@jest/globals";
import { array, assert, integer, property, tuple } from "fast-check";
import { occupancyOf } from "../document/occupancy.ts";
import { cellsOf, type Lattice } from "../survey/lattice.ts";
import { addUp, collectRuns, type CellRun } from "./runs.ts";

const axis = (byte: number, count: number) =>
  ({ field: { name: `key${byte}`, byte, type: "i4", header: 0 }, min: 10, step: 1, count, direction: 1 }) as const;

const counted = (some: readonly CellRun[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const [start, length, fold] of some)
    for (let cell = start; cell < start + length; cell++) counts.set(cell, (counts.get(cell) ?? 0) + fold);
  return counts;
};

test("runs that overlap add up to how often each cell occurs", () => {
  const run = tuple(integer({ min: 0, max: 40 }), integer({ min: 1, max: 9 }), integer({ min: 1, max: 3 }));
  assert(
    property(array(run, { maxLength: 30 }), (runs) => {
      const sums = addUp(runs);
      expect([...counted(sums)]).toEqual([...counted(runs)].toSorted((a, b) => a[0] - b[0]));
      expect(sums.every(([start, length], at) => (sums[at + 1]?.[0] ?? Infinity) >= start + length)).toBe(true);
    }),
    { seed: 11, numRuns: process.env["WARMSTART_FULL"] === "1" ? 500 : 200 },
  );
});

test("whole gathers take no room: a survey of 90,000 is a few hundred runs, and a lost trace is found", () => {
  const lattice: Lattice = { axes: [axis(189, 300), axis(193, 300), axis(37, 6)], snake: false, folded: false };
  const { cell } = cellsOf(lattice);
  const runs = collectRuns();
  for (let line = 10; line < 310; line++)
    for (let place = 10; place < 310; place++)
      for (let offset = 10; offset < 16; offset++)
        if (line !== 50 || place !== 60 || offset !== 12) runs.add(cell([line, place, offset]));
  const found = runs.end() ?? [];
  expect(found.length).toBe(301);
  expect(occupancyOf(lattice, found)).toMatchObject({
    cells: 540_000,
    occupied: 539_999,
    missingCells: [[50, 60, 12]],
    strays: 0,
  });
});
