// The coordinates of a trace: which fields hold them, their scalar, and how far they lie from a regular grid.
import { offsetOf, readField } from "../segy/field.ts";
import type { Coordinates } from "./plan.ts";

const LEGAL = new Set([0, 1, 10, 100, 1000, 10_000]);

/** Legal scalars are 1, 10, 100, 1000 and 10000, either sign; 0 counts as 1 (SEG-Y rev 2.1, bytes 71-72). */
export const isLegalScalar = (scalar: number): boolean => LEGAL.has(Math.abs(scalar));

const applyScalar = (value: number, scalar: number): number => {
  if (scalar === 0) return value;
  return scalar > 0 ? value * scalar : value / -scalar;
};

/** The point of the header at this offset, into `into`: x, y and the scalar as it stands there. */
export type PointReader = (view: DataView, offset: number, into: Float64Array) => void;

export const pointReader = ({ x, y, scalar }: Coordinates, little: boolean): PointReader => {
  const [xAt, yAt] = [offsetOf(x), offsetOf(y)];
  const scalarAt = scalar ? offsetOf(scalar) : 0;
  return (view, offset, into) => {
    const factor = scalar ? readField(view, offset + scalarAt, scalar.type, little) : 1;
    into[0] = applyScalar(readField(view, offset + xAt, x.type, little), factor);
    into[1] = applyScalar(readField(view, offset + yAt, y.type, little), factor);
    into[2] = factor;
  };
};

/** Larger numbers are on no map, in any unit: garbage read as a float. */
const FARTHEST = 1e12;

/** Where a trace that has coordinates can be; headers without them hold zeros. */
export const isPlace = (x: number, y: number): boolean =>
  (x !== 0 || y !== 0) && Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST;

/** Distance of a point from where the grid wants the trace with these keys. */
export const residualOf = (
  { x, y }: NonNullable<Coordinates["affine"]>,
  keys: ArrayLike<number>,
  point: ArrayLike<number>,
): number => {
  const slow = keys[0] ?? 0;
  const fast = keys[1] ?? 0;
  const dx = (x[0] ?? 0) + (x[1] ?? 0) * slow + (x[2] ?? 0) * fast - (point[0] ?? 0);
  const dy = (y[0] ?? 0) + (y[1] ?? 0) * slow + (y[2] ?? 0) * fast - (point[1] ?? 0);
  return Math.sqrt(dx * dx + dy * dy); // Math.hypot takes ten times as long
};
