// Which fields hold the coordinates of a trace, and the regular grid that they make over the line numbers.
import type { Field } from "../segy/field.ts";
import type { Lattice } from "./lattice.ts";
import { cellsOf } from "./lattice.ts";
import type { Coordinates } from "./plan.ts";
import { isPlace, pointReader, residualOf } from "./point.ts";
import { columnOf, type Samples } from "./samples.ts";

type Pair = Pick<Coordinates, "x" | "y" | "scalar">;

/** Integers above this are no coordinates in any unit: floats that are read as integers. */
const ABSURD = 1_000_000_000;

const share = (values: Iterable<number>, holds: (value: number) => boolean): number => {
  const all = [...values];
  return all.filter(holds).length / Math.max(1, all.length);
};

const plausibleFloat = (value: number): boolean => Math.abs(value) >= 1 && Math.abs(value) <= 1e8;

/** The pair read as floats, when its integers are absurd and its floats are not; of IEEE and IBM the one on a grid. */
const asFloats = (samples: Samples, lattice: Lattice | null, { x, y }: Pair): Pair | undefined => {
  const columns = [columnOf(samples, x), columnOf(samples, y)];
  if (columns.some((column) => share(column, (value) => Math.abs(value) > ABSURD) < 0.9)) return undefined;
  const readings = (["f4", "ibm4"] as const).map((type) => ({ x: { ...x, type }, y: { ...y, type }, scalar: null }));
  return readings
    .filter((pair) => [pair.x, pair.y].every((field) => share(columnOf(samples, field), plausibleFloat) > 0.95))
    .map((pair) => ({ pair, misfit: fitGrid(samples, lattice, pair).misfit }))
    .toSorted((a, b) => a.misfit - b.misfit)[0]?.pair;
};

const moves = (samples: Samples, { x, y }: Pair): boolean => {
  const columns = [columnOf(samples, x), columnOf(samples, y)];
  const several = columns.some((column) => new Set(column).size > 1);
  const [xs, ys] = columns;
  const zero = share(xs?.keys() ?? [], (at) => xs?.[at] === 0 && ys?.[at] === 0);
  return zero < 0.5 && (several || samples.traces.length === 1);
};

export interface FoundCoordinates {
  readonly pair: Pair;
  readonly floats: boolean;
}

const fieldAt = (byte: number): Field => ({ name: `byte${byte}`, byte, type: "i4", header: 0 });

/** Midpoints first, then sources, receivers and the shot point's bytes 201 and 205, where some writers put them. */
export const findCoordinates = (
  samples: Samples,
  lattice: Lattice | null,
  fields: readonly Field[],
): FoundCoordinates | undefined => {
  const named = (name: string, header: number): Field | undefined =>
    fields.find((field) => field.name === name && field.header === header);
  const scalar = named("co_scal", 0) ?? null;
  const pairs = [
    ["cdp_x", "cdp_y", 1],
    ["cdp_x", "cdp_y", 0],
    ["sht_x", "sht_y", 1],
    ["sht_x", "sht_y", 0],
    ["rec_x", "rec_y", 0],
  ] as const;
  const found = pairs.flatMap(([xName, yName, header]): Pair[] => {
    const [x, y] = [named(xName, header), named(yName, header)];
    return x && y ? [{ x, y, scalar: header === 0 ? scalar : null }] : [];
  });
  const all = [...found, { x: fieldAt(201), y: fieldAt(205), scalar }];
  for (const pair of all) {
    if (!moves(samples, pair)) continue;
    const floats = asFloats(samples, lattice, pair);
    if (floats) return { pair: floats, floats: true };
    if (share(columnOf(samples, pair.x), (value) => Math.abs(value) > ABSURD) < 0.5) return { pair, floats: false };
  }
  return undefined;
};

interface Fit {
  readonly keys: readonly (readonly [slow: number, fast: number])[];
  readonly values: readonly number[];
}

/** Least squares of `constant + a x slow + b x fast`, about the means so that large coordinates lose no digits. */
const plane = ({ keys, values }: Fit): readonly number[] | undefined => {
  const count = values.length;
  const mean = (of: (at: number) => number): number => values.reduce((sum, _, at) => sum + of(at), 0) / count;
  const [slow, fast, value] = [
    mean((at) => keys[at]?.[0] ?? 0),
    mean((at) => keys[at]?.[1] ?? 0),
    mean((at) => values[at] ?? 0),
  ];
  const sums = [0, 0, 0, 0, 0];
  for (const [at, [line, place]] of keys.entries()) {
    const [s, f, d] = [line - slow, place - fast, (values[at] ?? 0) - value];
    for (const [sum, add] of [s * s, s * f, f * f, s * d, f * d].entries()) sums[sum] = (sums[sum] ?? 0) + add;
  }
  const [ss = 0, sf = 0, ff = 0, sd = 0, fd = 0] = sums;
  const determinant = ss * ff - sf * sf;
  if (determinant <= 1e-9 * ss * ff) return undefined; // the keys lie on one line
  const [a, b] = [(sd * ff - fd * sf) / determinant, (fd * ss - sd * sf) / determinant];
  return [value - a * slow - b * fast, a, b];
};

interface GridFit extends Pick<Coordinates, "affine" | "tolerance"> {
  /** How far the points lie from the grid that fits most of them, in bins: 0.01 is usual, above 0.5 there is no grid. */
  readonly misfit: number;
}

/** Half a bin: a coordinate farther off belongs to another trace. */
const TOLERANCE_BINS = 0.5;
/** Fits over the nearer points only, each drawing the grid away from what does not belong to it. */
const ROUNDS = 12;

/**
 * The grid `x = c + a x slow + b x fast` under the coordinates of the samples; strays are left out in a second fit.
 * Null for lattices without two line axes and when the coordinates lie on one line.
 */
export const fitGrid = (samples: Samples, lattice: Lattice | null, pair: Pair): GridFit => {
  const none = { affine: null, tolerance: 0, misfit: 0 };
  if (!lattice || lattice.axes.length < 2) return none;
  const cells = cellsOf(lattice);
  const columns = lattice.axes.map(({ field }) => columnOf(samples, field));
  const read = pointReader({ ...pair, affine: null, tolerance: 0 }, samples.little);
  const points = samples.headers.flatMap((header, at) => {
    const keys = columns.map((column) => column[at] ?? 0);
    const point = new Float64Array(3);
    read(header, 0, point);
    const [x = 0, y = 0] = point;
    return cells.cell(keys) < 0 || !isPlace(x, y) ? [] : [{ keys, x, y }];
  });
  const fit = (some: typeof points): Coordinates["affine"] => {
    const keys = some.map((point) => [point.keys[0] ?? 0, point.keys[1] ?? 0] as const);
    const x = plane({ keys, values: some.map((point) => point.x) });
    const y = plane({ keys, values: some.map((point) => point.y) });
    return x && y ? { x, y } : null;
  };
  const bin = ({ x, y }: NonNullable<Coordinates["affine"]>): number => {
    const steps = lattice.axes.slice(0, 2).map(({ step }, at) => Math.hypot(x[at + 1] ?? 0, y[at + 1] ?? 0) * step);
    return Math.min(...steps.filter((step) => step > 0));
  };
  const usualOf = (affine: NonNullable<Coordinates["affine"]>): number => {
    const away = points.map(({ keys, x, y }) => residualOf(affine, keys, [x, y])).toSorted((a, b) => a - b);
    return away[Math.floor(0.6 * away.length)] ?? 0;
  };
  let affine = points.length > 2 ? fit(points) : null;
  for (let round = 0; affine && round < ROUNDS; round++) {
    const near: NonNullable<Coordinates["affine"]> = affine;
    const limit = 2 * usualOf(near) + 1e-9;
    affine = fit(points.filter(({ keys, x, y }) => residualOf(near, keys, [x, y]) <= limit)) ?? affine;
  }
  if (!affine) return none;
  const misfit = usualOf(affine) / bin(affine);
  return misfit > TOLERANCE_BINS ? { ...none, misfit } : { affine, misfit, tolerance: TOLERANCE_BINS * bin(affine) };
};
