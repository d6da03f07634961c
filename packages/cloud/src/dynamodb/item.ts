// An item as DynamoDB's JSON writes it, and its size as DynamoDB bills it.
import { isDeepStrictEqual } from "node:util";

export type Item = Record<string, Record<string, unknown>>;

const utf8 = (text: unknown): number => Buffer.byteLength(String(text), "utf8");

/** Bytes of the base64 text, without decoding it. */
const base64Bytes = (text: unknown): number => Buffer.byteLength(String(text), "base64");

/** About one byte for two significant digits, one for the exponent and one for a minus sign (u). */
const numberBytes = (text: unknown): number => {
  const negative = String(text).startsWith("-");
  const [mantissa = "0", exponentText = "0"] = String(text).replace(/^[-+]/, "").toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "").length;
  if (significant === 0) return 1;
  const magnitude = digits.length - fraction.length - 1 + Number(exponentText);
  const pairs = Math.ceil(significant / 2) + (significant % 2 === 0 && magnitude % 2 === 0 ? 1 : 0);
  return 1 + pairs + (negative ? 1 : 0);
};

const sum = (values: unknown, size: (value: unknown) => number): number =>
  Array.isArray(values) ? values.reduce<number>((total, value) => total + size(value), 0) : 0;

const valueBytes = (value: unknown): number => {
  const [[type, content] = ["NULL", true]] = Object.entries(value ?? {});
  switch (type) {
    case "S":
      return utf8(content);
    case "N":
      return numberBytes(content);
    case "B":
      return base64Bytes(content);
    case "SS":
      return sum(content, utf8);
    case "NS":
      return sum(content, numberBytes);
    case "BS":
      return sum(content, base64Bytes);
    case "L":
      return 3 + sum(content, (child) => 1 + valueBytes(child));
    case "M": {
      const children = Object.entries(content as object); // an M holds a map: dynalite checked the types
      return 3 + children.reduce((total, [name, child]) => total + 1 + utf8(name) + valueBytes(child), 0);
    }
    default:
      return 1;
  }
};

/** Bytes of an item: the UTF-8 of its attribute names and its values. */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number => {
  let bytes = 0;
  for (const name in item) bytes += utf8(name) + valueBytes(item[name]);
  return bytes;
};

/** Whether something holds objects or lists more than `levels` deep. Looks no deeper, so it never overflows. */
export const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (isDeeper(child, levels - 1)) return true;
  return false;
};

const SETS = new Set(["SS", "NS", "BS"]);

/** A value whose sets are in one order. */
const ordered = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      SETS.has(name) && Array.isArray(child) ? child.map(String).toSorted((a, b) => (a < b ? -1 : 1)) : ordered(child),
    ]),
  );
};

/** Whether two items say the same; the order of attributes and of a set's members means nothing. */
export const sameItem = (a: Item | undefined, b: Item | undefined): boolean =>
  isDeepStrictEqual(a, b) || (a !== undefined && b !== undefined && isDeepStrictEqual(ordered(a), ordered(b)));
