// Plain values to DynamoDB's typed JSON, as stream events carry it: binary is base64.
import type { AttributeValue } from "aws-lambda";

const marshallSet = (values: unknown[]): AttributeValue => {
  if (values.every((value) => typeof value === "string")) return { SS: values };
  if (values.every((value) => value instanceof Uint8Array)) return { BS: values.map(base64) };
  return { NS: values.map(String) };
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const marshallValue = (value: unknown): AttributeValue => {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number" || typeof value === "bigint") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value instanceof Uint8Array) return { B: base64(value) };
  if (value instanceof Set) return marshallSet([...(value as ReadonlySet<unknown>)]);
  if (Array.isArray(value)) return { L: value.map(marshallValue) };
  if (typeof value === "object") return { M: marshall(value) };
  throw new TypeError(`DynamoDB has no type for a ${typeof value}`);
};

/** An item; fields that are undefined are left out. */
export const marshall = (item: object): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]: [string, unknown]) =>
      value === undefined ? [] : [[name, marshallValue(value)] as const],
    ),
  );

/** Bytes of an item, about as DynamoDB counts them: names, texts, bytes, and half a byte per digit. */
export const itemBytes = (item: Readonly<Record<string, AttributeValue>> = {}): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const valueBytes = ({ S, N, B, SS, NS, BS, L, M }: AttributeValue): number => {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (B !== undefined) return Buffer.from(B, "base64").length;
  if (L) return 3 + L.reduce((sum, value) => sum + 1 + valueBytes(value), 0);
  if (M) return 3 + Object.keys(M).length + itemBytes(M);
  return [SS, NS, BS].flatMap((set) => set ?? []).join("").length || 1;
};
