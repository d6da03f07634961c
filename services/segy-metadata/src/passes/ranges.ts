// Minima and maxima of every field over many trace headers.
import { offsetOf, readField, sizeOf, type Field } from "../segy/field.ts";
import type { FieldRange } from "./partial.ts";

export interface RangeCollector {
  readonly take: (view: DataView, offset: number) => void;
  readonly end: () => Readonly<Record<string, FieldRange>>;
}

/** As in documents: fields of further headers carry the number of their header. */
const fieldLabel = ({ name, header }: Field): string => (header === 0 ? name : `${header}.${name}`);

const WORD_BYTES = 4;

/** For each word of 4 bytes the fields that lie in it, wholly or in part. */
const fieldsByWord = (fields: readonly Field[], words: number): readonly Int32Array[] => {
  const lists = Array.from({ length: words }, (): number[] => []);
  for (const [index, field] of fields.entries()) {
    const first = offsetOf(field);
    const last = first + sizeOf(field.type) - 1;
    for (let word = Math.floor(first / WORD_BYTES); word <= Math.floor(last / WORD_BYTES); word++)
      lists[word]?.push(index);
  }
  return lists.map((list) => Int32Array.from(list));
};

/**
 * From one trace to the next most of a header stays as it is: words are compared, and only the fields of those that
 * changed are read. A third of the time of reading all.
 */
export const collectRanges = (fields: readonly Field[], little: boolean, headerBytes: number): RangeCollector => {
  const words = headerBytes / WORD_BYTES;
  const byWord = fieldsByWord(fields, words);
  const places = fields.map((field) => ({ at: offsetOf(field), type: field.type }));
  const min = new Float64Array(fields.length).fill(Infinity);
  const max = new Float64Array(fields.length).fill(-Infinity);
  const [first, last] = [new DataView(new ArrayBuffer(headerBytes)), new DataView(new ArrayBuffer(headerBytes))];
  const before = new Int32Array(words);
  let taken = false;
  const readWord = (view: DataView, offset: number, word: number): void => {
    const indexes = byWord[word];
    if (!indexes) return;
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at] ?? 0;
      const place = places[index];
      if (!place) continue;
      const value = readField(view, offset + place.at, place.type, little);
      if (value < (min[index] ?? 0)) min[index] = value;
      if (value > (max[index] ?? 0)) max[index] = value;
    }
  };
  const keep = (to: DataView, view: DataView, offset: number): void => {
    for (let at = 0; at < headerBytes; at += WORD_BYTES) to.setInt32(at, view.getInt32(offset + at, true), true);
  };
  const read = (view: DataView, field: Field): number => readField(view, offsetOf(field), field.type, little);
  return {
    take: (view, offset) => {
      for (let word = 0; word < words; word++) {
        const value = view.getInt32(offset + WORD_BYTES * word, true);
        if (taken && value === before[word]) continue;
        before[word] = value;
        readWord(view, offset, word);
      }
      if (!taken) keep(first, view, offset);
      taken = true;
    },
    end: () => {
      if (!taken) return {};
      for (const [word, value] of before.entries()) last.setInt32(WORD_BYTES * word, value, true);
      return Object.fromEntries(
        fields.map((field, at): [string, FieldRange] => [
          fieldLabel(field),
          { min: min[at] ?? 0, max: max[at] ?? 0, first: read(first, field), last: read(last, field) },
        ]),
      );
    },
  };
};
