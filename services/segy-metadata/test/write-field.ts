// The other direction of src/segy/field.ts: values into header fields and samples.
import type { FieldType } from "../src/segy/field.ts";

/** The nearest 4-byte IBM float. */
export const ibmWord = (value: number): number => {
  if (value === 0) return 0;
  let magnitude = Math.abs(value);
  let exponent = 64;
  for (; magnitude >= 1; exponent++) magnitude /= 16;
  for (; magnitude < 1 / 16; exponent--) magnitude *= 16;
  const fraction = Math.min(Math.round(magnitude * 0x100_0000), 0xff_ffff);
  return ((value < 0 ? 0x8000_0000 : 0) | (exponent << 24) | fraction) >>> 0;
};

export interface Place {
  readonly offset: number;
  readonly type: FieldType;
}

/** Integers beyond the field are cut as the field's bytes cut them. */
export const writeField = (view: DataView, { offset, type }: Place, value: number, little = false): void => {
  switch (type) {
    case "i1":
    case "u1":
      return view.setInt8(offset, value);
    case "i2":
    case "u2":
      return view.setInt16(offset, value, little);
    case "i4":
    case "u4":
      return view.setInt32(offset, value, little);
    case "i8":
    case "u8":
      return view.setBigInt64(offset, BigInt(Math.trunc(value)), little);
    case "f4":
      return view.setFloat32(offset, value, little);
    case "f8":
      return view.setFloat64(offset, value, little);
    case "ibm4":
      return view.setUint32(offset, ibmWord(value), little);
    case "scale6":
      view.setInt32(offset, value, little);
      return view.setInt16(offset + 4, 0, little);
    case "string8":
      throw new Error("text is written as bytes");
    default:
      throw new Error("no such type", { cause: type satisfies never });
  }
};
