// Single trace headers of a file, read on demand and kept, and how much each looks like one.
import { dataViewOf, HEADER_BYTES, swapPairs, type ByteOrder } from "./field.ts";
import { isLegalScalar } from "../survey/point.ts";
import type { ReadAt } from "./read-at.ts";

export interface HeaderReader {
  /** The header at this offset as a view in big- or little-endian; undefined when it is not whole in the file. */
  readonly at: (offset: number, order: ByteOrder) => Promise<DataView | undefined>;
}

/** `head` is the file from its first byte, as much of it as was read anyway. */
export const headerReader = (source: ReadAt, head: Uint8Array): HeaderReader => {
  const kept = new Map<number, Uint8Array>();
  const bytesAt = async (offset: number): Promise<Uint8Array> => {
    if (offset + HEADER_BYTES <= head.length) return head.subarray(offset, offset + HEADER_BYTES);
    const bytes = kept.get(offset) ?? (await source.read(offset, offset + HEADER_BYTES));
    kept.set(offset, bytes);
    return bytes;
  };
  return {
    at: async (offset, order) => {
      if (!Number.isSafeInteger(offset) || offset + HEADER_BYTES > source.sizeBytes) return undefined;
      const bytes = await bytesAt(offset);
      return dataViewOf(order === "swapped" ? swapPairs(bytes) : bytes);
    },
  };
};

export const NSAMPS_AT = 114;
export const DT_AT = 116;

export const isBlank = (header: DataView): boolean => {
  for (let at = 0; at < HEADER_BYTES; at += 4) if (header.getInt32(at) !== 0) return false;
  return true;
};

/** Where the standard has line, shot and trace numbers of 4 bytes. */
const NUMBERS_AT = [0, 4, 8, 12, 16, 20, 24, 188, 192];

/** Small numbers end in two zero bytes when their halves change places: what little- and pair-swapped order differ in. */
const halvesInPlace = (header: DataView, little: boolean): boolean => {
  const numbers = NUMBERS_AT.map((at) => header.getInt32(at, little)).filter((number) => number !== 0);
  return (
    numbers.length === 0 ||
    2 * numbers.filter((number) => number % 65_536 === 0 || number === -1).length < numbers.length
  );
};

/** Of a blank header, which says nothing for or against: some programs write none. */
const BLANK = 0.6;

/** Largest trace identification code of revision 2.1, with room for what vendors add. */
const MOST_TRACE_ID = 45;

/**
 * 0 to 1: share of the small enumerated fields that hold legal values. Samples and text fail nearly all of them. `like`
 * is the header of the first trace: lengths and intervals do not change through a file of equal traces.
 */
export const plausibility = (header: DataView, little: boolean, like: DataView | undefined): number => {
  if (isBlank(header)) return BLANK;
  const short = (at: number): number => header.getInt16(at, little);
  const same = (at: number): boolean => {
    const [here, there] = [header.getUint16(at, little), like?.getUint16(at, little) ?? 0];
    return here === 0 || there === 0 || here === there;
  };
  const halves = halvesInPlace(header, little);
  const checks = [
    halves,
    halves,
    halves, // three times: nothing else tells little-endian from pair-swapped
    short(28) >= -1 && short(28) <= MOST_TRACE_ID,
    isLegalScalar(short(68)),
    isLegalScalar(short(70)),
    short(88) >= 0 && short(88) <= 4,
    short(34) >= 0 && short(34) <= 9,
    short(124) >= 0 && short(124) <= 9,
    short(166) >= 0 && short(166) <= 9,
    header.getInt32(0, little) >= 0,
    same(NSAMPS_AT),
    same(DT_AT),
  ];
  return checks.filter(Boolean).length / checks.length;
};
