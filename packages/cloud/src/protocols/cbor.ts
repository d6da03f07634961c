// CBOR (RFC 8949), as far as AWS's protocols speak it, and Smithy's RPC v2 over it: POST /service/<S>/operation/<O>.
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
import { AwsError } from "../gateway/aws-error.ts";
import type { Input, Protocol } from "../gateway/service.ts";

const MAX_DEPTH = 32;

const head = (major: number, value: number): Buffer => {
  const first = major << 5;
  if (value < 24) return Buffer.from([first | value]);
  if (value < 0x100) return Buffer.from([first | 24, value]);
  const [info, size] = value < 0x1_0000 ? [25, 2] : value < 0x1_0000_0000 ? [26, 4] : [27, 8];
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = first | info;
  if (size === 8) bytes.writeBigUInt64BE(BigInt(value), 1);
  else bytes.writeUIntBE(value, 1, size);
  return bytes;
};

const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
};

const encodeNumber = (value: number): readonly Buffer[] => {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return [double(value)];
  return [value >= 0 ? head(0, value) : head(1, -1 - value)];
};

const encodeParts = (value: unknown): readonly Buffer[] => {
  if (value === null || value === undefined) return [Buffer.from([0xf6])];
  if (typeof value === "boolean") return [Buffer.from([value ? 0xf5 : 0xf4])];
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return [head(3, bytes.length), bytes];
  }
  if (Buffer.isBuffer(value)) return [head(2, value.length), value];
  if (value instanceof Date) return [head(6, 1), double(value.getTime() / 1_000)];
  if (Array.isArray(value)) return [head(4, value.length), ...value.flatMap(encodeParts)];
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return [head(5, entries.length), ...entries.flatMap((entry) => entry.flatMap(encodeParts))];
};

/** Dates become epoch seconds (tag 1); members that are undefined are left out. */
export const encodeCbor = (value: unknown): Buffer => Buffer.concat(encodeParts(value));

const malformed = (what: string): AwsError =>
  new AwsError("SerializationException", 400, `The request body is not CBOR: ${what}`);

const BREAK = Symbol("break");

const halfFloat = (bits: number): number => {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (1 + fraction / 1_024) * 2 ** (exponent - 15); // prettier-ignore
  return bits & 0x8000 ? -size : size;
};

/** One value that fills the bytes. Times (tag 1) come out as epoch seconds; throws SerializationException. */
export const decodeCbor = (bytes: Buffer): unknown => {
  let at = 0;
  const take = (size: number): Buffer => {
    if (size > bytes.length - at) throw malformed("it ends too early");
    at += size;
    return bytes.subarray(at - size, at);
  };
  /** Undefined: of indefinite length. */
  const argument = (info: number): number | undefined => {
    if (info < 24) return info;
    if (info === 31) return undefined;
    if (info > 27) throw malformed("a reserved length");
    if (info < 27) return take(2 ** (info - 24)).readUIntBE(0, 2 ** (info - 24));
    const value = take(8).readBigUInt64BE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed("a number beyond 2^53");
    return Number(value);
  };
  const simple = (info: number): unknown => {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return halfFloat(take(2).readUInt16BE());
    if (info === 26) return take(4).readFloatBE();
    if (info === 27) return take(8).readDoubleBE();
    if (info === 31) return BREAK;
    throw malformed("an unknown simple value");
  };
  /** Calls `read` so often, or until the break of an indefinite length. */
  const repeat = (count: number | undefined, read: () => unknown): void => {
    for (let left = count ?? Infinity; left > 0; left--) {
      if (read() !== BREAK) continue;
      if (count === undefined) return;
      throw malformed("a break in the middle");
    }
  };
  const chunks = (major: number, count: number | undefined): Buffer => {
    if (count !== undefined) return take(count);
    const parts: Buffer[] = [];
    repeat(undefined, () => {
      const first = take(1)[0] ?? 0;
      if (first === 0xff) return BREAK;
      const size = first >> 5 === major ? argument(first & 0x1f) : undefined;
      if (size === undefined) throw malformed("a chunk of another kind");
      return parts.push(take(size));
    });
    return Buffer.concat(parts);
  };
  const collect = (major: number, count: number | undefined, depth: number): unknown => {
    const list: unknown[] = [];
    const entries: [string, unknown][] = [];
    repeat(count, () => {
      const first = read(depth);
      if (first === BREAK || major === 4) return first === BREAK ? BREAK : list.push(first);
      const value = read(depth);
      if (typeof first !== "string" || value === BREAK) throw malformed("a key that is no text, or without a value");
      return entries.push([first, value]);
    });
    return major === 4 ? list : Object.fromEntries(entries);
  };
  const read = (depth: number): unknown => {
    if (depth > MAX_DEPTH) throw malformed("it nests too deep");
    const first = take(1)[0] ?? 0;
    const [major, info] = [first >> 5, first & 0x1f];
    if (major === 7) return simple(info);
    const count = argument(info);
    if (major === 2 || major === 3) {
      const data = chunks(major, count);
      return major === 2 ? data : data.toString("utf8");
    }
    if (major === 4 || major === 5) return collect(major, count, depth + 1);
    if (count === undefined) throw malformed("a number without a value");
    if (major < 2) return major === 0 ? count : -1 - count;
    if (count !== 1) throw malformed(`the tag ${count}`);
    return read(depth + 1);
  };
  const value = read(0);
  if (value === BREAK || at < bytes.length) throw malformed("it does not end where it should");
  return value;
};

const HEADERS = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };

/** RPC v2 of one service, named as in the path. */
export const rpcCbor = (service: string): Protocol => ({
  decode: async (request) => {
    const [, named, action] = /^\/service\/([\w.]+)\/operation\/(\w+)$/.exec(request.path) ?? [];
    if (named !== service || action === undefined)
      throw new AwsError("UnknownOperationException", 400, `The path must be /service/${service}/operation/<Action>`);
    const body = await request.body();
    const input = body.length === 0 ? {} : decodeCbor(body);
    if (typeof input !== "object" || input === null || Array.isArray(input) || Buffer.isBuffer(input))
      throw malformed("it is no map");
    return { action, input: input as Input }; // checked
  },
  encode: (call, output) => ({
    status: 200,
    headers: { ...HEADERS, "x-amzn-requestid": call.requestId },
    body: encodeCbor(output ?? {}),
  }),
  error: ({ code, status, message, fields }, { requestId }) => ({
    status,
    headers: { ...HEADERS, "x-amzn-requestid": requestId },
    body: encodeCbor({ __type: code, message, ...fields }),
  }),
});
