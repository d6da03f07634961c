// DynamoDB's typed JSON, as stream events carry it, to plain values; as the SDK's `unmarshall`, without an SDK.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
import { isFields } from "../carrier/carrier.ts";

const numberOf = (text: string): number | bigint => {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new TypeError(`Not a number: ${text}`);
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? BigInt(text) : value;
};

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

const textsIn = (value: unknown): readonly string[] => {
  if (!Array.isArray(value)) throw new TypeError("A set is not a list of texts");
  return value.map(String);
};

const valueOf = (attribute: unknown): unknown => {
  const [[type, value] = [], ...more] = isFields(attribute) ? Object.entries(attribute) : [];
  if (more.length) throw new TypeError("An attribute has more than one type");
  switch (type) {
    case "S":
      return String(value);
    case "N":
      return numberOf(String(value));
    case "BOOL":
      return value === true;
    case "NULL":
      return null;
    case "M":
      return unmarshall(value);
    case "L":
      return Array.isArray(value) ? value.map(valueOf) : [];
    case "B":
      return bytesOf(String(value));
    case "SS":
      return new Set(textsIn(value));
    case "NS":
      return new Set(textsIn(value).map(numberOf));
    case "BS":
      return new Set(textsIn(value).map(bytesOf));
    default:
      throw new TypeError(`No type of DynamoDB: ${String(type)}`);
  }
};

/** An item as plain values: sets are `Set`, binary is `Uint8Array`, integers beyond 2^53 are `bigint`. */
export const unmarshall = (item: unknown): Record<string, unknown> => {
  if (!isFields(item)) throw new TypeError("Not an item of DynamoDB");
  return Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, valueOf(attribute)]));
};
