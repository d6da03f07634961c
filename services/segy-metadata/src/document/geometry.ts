// The geometry part of a document: axes, gaps, orientation and outline of the survey.
import { outlineOf } from "../passes/hull.ts";
import type { Geometry } from "./metadata.ts";
import { occupancyOf, type Extent, type Occupancy } from "./occupancy.ts";
import type { AnomalyCode, Partial } from "../passes/partial.ts";
import type { Lattice } from "../survey/lattice.ts";
import type { Coordinates, Plan } from "../survey/plan.ts";

/** International foot; survey feet differ in the sixth digit. */
const METRES_PER_FOOT = 0.3048;
const FEET = 2;

type Affine = { readonly x: readonly number[]; readonly y: readonly number[] };

const rangeOf = ({ axis: { field, step }, min, max, count }: Extent): NonNullable<Geometry["slow"]> => ({
  name: field.name,
  byte: field.byte,
  min,
  max,
  step,
  count,
});

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** Compass direction in which the numbers of an axis grow. */
const azimuthOf = ({ x, y }: Affine, axis: 1 | 2): number | null => {
  const [east, north] = [x[axis] ?? 0, y[axis] ?? 0];
  return east === 0 && north === 0 ? null : round((Math.atan2(east, north) * 180) / Math.PI + 360, 2) % 360;
};

const spacingOf = ({ x, y }: Affine, axis: 1 | 2, stepUnits: number): number | null => {
  const metres = Math.hypot(x[axis] ?? 0, y[axis] ?? 0) * stepUnits;
  return metres === 0 ? null : round(metres, 3);
};

const cornersOf = ({ x, y }: Affine, slow: Extent, fast: Extent, digits: number): Geometry["corners"] =>
  [slow.min, slow.max].flatMap((line) =>
    [fast.min, fast.max].map((place) => ({
      slow: line,
      fast: place,
      x: round((x[0] ?? 0) + (x[1] ?? 0) * line + (x[2] ?? 0) * place, digits),
      y: round((y[0] ?? 0) + (y[1] ?? 0) * line + (y[2] ?? 0) * place, digits),
    })),
  );

const orderOf = ({ lattice }: Plan): string | null => {
  if (!lattice) return null;
  const names = lattice.axes.length === 1 ? ["fast"] : ["slow", "fast", "offset"];
  return lattice.axes
    .map(({ direction }, at) => {
      const turning = lattice.snake && at === 1;
      return `${turning ? "±" : direction === 1 ? "+" : "-"}${names[at]}`;
    })
    .join("");
};

const span = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

const COORDINATE_UNIT = "coorunit";
/** By the unit of trace header 89: arc seconds, degrees, DDDMMSS. Files also say so of lengths; those are larger. */
const LARGEST_ANGLES: Readonly<Record<number, number>> = { 2: 648_000, 3: 180, 4: 1_800_000 };

/** As the first trace has it, which may be a blank one. */
const scalarOf = ({ scalar }: Coordinates, { fields }: Partial): number => {
  const range = scalar ? fields[scalar.name] : undefined;
  return range ? range.first || range.last : 1;
};

const coordinatePart = ({ coordinates, format }: Plan, partial: Partial, lines: readonly Extent[]) => {
  const unit = partial.fields[COORDINATE_UNIT]?.first ?? 0;
  const places = outlineOf(partial.hull);
  const farthest = Math.max(...places.flat().map(Math.abs));
  const isAngle = farthest <= (LARGEST_ANGLES[unit] ?? -1);
  const digits = farthest <= 360 ? 8 : 3; // degrees, or a millimetre
  const outline = places.map(([x, y]): [number, number] => [round(x, digits), round(y, digits)]);
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const affine = coordinates?.affine;
  const [slow, fast] = lines;
  const toMetres = format.binary["measurementSystem"] === FEET ? METRES_PER_FOOT : 1;
  const grid = affine && slow && fast ? { affine, slow, fast } : undefined;
  const slowMetres = grid ? spacingOf(grid.affine, 1, grid.slow.axis.step * toMetres) : null;
  const fastMetres = grid ? spacingOf(grid.affine, 2, grid.fast.axis.step * toMetres) : null;
  return {
    spacing: grid && !isAngle ? { slowMetres, fastMetres } : null,
    slowAzimuthDeg: grid ? azimuthOf(grid.affine, 1) : null,
    fastAzimuthDeg: grid ? azimuthOf(grid.affine, 2) : null,
    affineResidual: grid ? round(partial.residual, 3) : null,
    // Shots over channels move in one direction only: no area, no corners.
    corners:
      grid && slowMetres !== null && fastMetres !== null ? cornersOf(grid.affine, grid.slow, grid.fast, digits) : [],
    outline,
    extent: outline.length > 0 ? { x: span(xs), y: span(ys) } : null,
    coordinates: coordinates
      ? {
          bytes: [coordinates.x.byte, coordinates.y.byte] as [number, number],
          scalar: scalarOf(coordinates, partial),
          type: coordinates.x.type,
          unit,
        }
      : null,
  };
};

const KEPT_WHOLE: Pick<Geometry, "fill" | "missing" | "duplicates" | "missingCells" | "duplicateCells" | "fold"> = {
  fill: null,
  missing: null,
  duplicates: null,
  missingCells: [],
  duplicateCells: [],
  fold: null,
};

const countOf = ({ anomalies }: Partial, code: AnomalyCode): number => anomalies[code]?.count ?? 0;

/** Without cells the places where numbers are passed over or come again are counted: there are at least so many. */
const countsWithoutCells = ({ folded }: Lattice, partial: Partial): typeof KEPT_WHOLE => ({
  ...KEPT_WHOLE,
  missing: folded || countOf(partial, "order-break") > 0 ? null : countOf(partial, "gap"),
  duplicates: countOf(partial, "duplicate-traces"),
});

const countsOf = ({ lattice, ...plan }: Plan, occupancy: Occupancy | null, partial: Partial): typeof KEPT_WHOLE => {
  if (!lattice) return KEPT_WHOLE;
  if (!occupancy) return countsWithoutCells(lattice, partial);
  const { cells, occupied, repeated, fold } = occupancy;
  const { folded, member } = lattice;
  return {
    fill: round(occupied / cells, 6),
    missing: Math.max(0, cells - occupied - (folded ? 0 : partial.unknown)),
    // Of gathers only neighbours of the same offset are seen to be the same.
    duplicates: folded ? (member ? countOf(partial, "duplicate-traces") : null) : repeated,
    missingCells: partial.unknown > 0 ? [] : occupancy.missingCells.map((keys) => [...keys]),
    duplicateCells: occupancy.duplicateCells.map((keys) => [...keys]),
    fold: plan.class.startsWith("3d") || folded ? [...foldOf(occupancy, lattice.axes.length, fold)] : null,
  };
};

/** With an axis of offsets the traces of a bin are that many cells. */
const foldOf = (
  { extents }: Occupancy,
  axes: number,
  [least, most]: readonly [number, number],
): readonly [number, number] => {
  const offsets = axes === 3 ? (extents[2]?.count ?? 1) : 1;
  return [least * offsets, most * offsets];
};

export const geometryOf = (plan: Plan, partial: Partial): { geometry: Geometry; occupancy: Occupancy | null } => {
  const { lattice } = plan;
  const occupancy = lattice && partial.cells && partial.cells.length > 0 ? occupancyOf(lattice, partial.cells) : null;
  const fallback = lattice?.axes.map((axis): Extent => ({
    axis,
    min: axis.min,
    max: axis.min + axis.step * (axis.count - 1),
    count: axis.count,
  }));
  const extents = occupancy?.extents ?? fallback ?? [];
  const [first, second, third] = extents;
  const lines = second ? [first, second] : [undefined, first];
  const geometry: Geometry = {
    class: plan.class,
    slow: lines[0] ? rangeOf(lines[0]) : null,
    fast: lines[1] ? rangeOf(lines[1]) : null,
    offset: third ? rangeOf(third) : null,
    score: plan.keyScore,
    alternatives: plan.alternatives,
    order: orderOf(plan),
    ...countsOf(plan, occupancy, partial),
    atLeast: lattice !== null && (partial.cells === null || partial.unknown > 0),
    ...coordinatePart(plan, partial, extents),
  };
  return { geometry, occupancy };
};
