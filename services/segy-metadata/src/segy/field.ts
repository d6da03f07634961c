// A field of a binary header: its name in the standard, where it stands and how its bytes are read.

/** `i`/`u` integer, `f` IEEE float, `ibm` IBM float, digit = bytes; `scale6` = i4 mantissa x 10^(i2 power). */
export type FieldType =
  "i1" | "u1" | "i2" | "u2" | "i4" | "u4" | "i8" | "u8" | "f4" | "f8" | "ibm4" | "scale6" | "string8";

export interface Field {
  /** As layout stanzas spell it (SEG-Y rev 2.1, D8), such as `iline`. */
  readonly name: string;
  /** 1-based, in the header that holds it. */
  readonly byte: number;
  readonly type: FieldType;
  /** 0 is the standard trace header, 1 the first further one of 240 bytes. */
  readonly header: number;
}

export type ByteOrder = "big" | "little" | "swapped";

export const HEADER_BYTES = 240;

const SIZES: Readonly<Record<FieldType, number>> = {
  i1: 1,
  u1: 1,
  i2: 2,
  u2: 2,
  i4: 4,
  u4: 4,
  i8: 8,
  u8: 8,
  f4: 4,
  f8: 8,
  ibm4: 4,
  scale6: 6,
  string8: 8,
};

export const sizeOf = (type: FieldType): number => SIZES[type];

/** Offset from the first byte of a trace. */
export const offsetOf = ({ header, byte }: Field): number => header * HEADER_BYTES + byte - 1;

/** 4-byte IBM hexadecimal float: fraction / 2^24 x 16^(exponent - 64). */
export const ibmFloat = (word: number): number => {
  const fraction = word & 0xff_ffff;
  if (fraction === 0) return 0;
  const magnitude = (fraction / 0x100_0000) * 16 ** (((word >>> 24) & 0x7f) - 64);
  return word >>> 31 === 1 ? -magnitude : magnitude;
};

/** NaN and infinities are no values, and JSON has none of them. */
const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

/** Reads one value at an offset of the view; text and what is no number read as 0. 8-byte integers come as the nearest number. */
export const readField = (view: DataView, offset: number, type: FieldType, little: boolean): number => {
  switch (type) {
    case "i1":
      return view.getInt8(offset);
    case "u1":
      return view.getUint8(offset);
    case "i2":
      return view.getInt16(offset, little);
    case "u2":
      return view.getUint16(offset, little);
    case "i4":
      return view.getInt32(offset, little);
    case "u4":
      return view.getUint32(offset, little);
    case "i8":
      return Number(view.getBigInt64(offset, little));
    case "u8":
      return Number(view.getBigUint64(offset, little));
    case "f4":
      return finite(view.getFloat32(offset, little));
    case "f8":
      return finite(view.getFloat64(offset, little));
    case "ibm4":
      return ibmFloat(view.getUint32(offset, little));
    case "scale6":
      return finite(view.getInt32(offset, little) * 10 ** view.getInt16(offset + 4, little));
    case "string8":
      return 0;
    default:
      return type satisfies never;
  }
};

export const dataViewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A copy in which each pair of bytes changed places: `swapped` files (02 01 04 03) then read as big-endian ones. */
export const swapPairs = (bytes: Uint8Array): Uint8Array => {
  const copy = Buffer.from(bytes.subarray(0, bytes.length & ~1)); // an odd last byte belongs to no field
  copy.swap16();
  return copy;
};
