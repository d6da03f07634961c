// CloudWatch speaks JSON 1.0 and CBOR; large requests come compressed.
import { gunzipSync } from "node:zlib";
import { AwsError } from "../gateway/aws-error.ts";
import type { AwsRequest, Protocol } from "../gateway/service.ts";
import { rpcCbor } from "../protocols/cbor.ts";
import { either } from "../protocols/either.ts";
import { jsonProtocol } from "../protocols/json.ts";

const MAX_BYTES = 16 * 1024 * 1024;
const NAME = "GraniteServiceVersion20100801";

const unzipped = (request: AwsRequest): AwsRequest => {
  if (request.headers["content-encoding"] !== "gzip") return request;
  const body = async (): Promise<Buffer> => {
    const packed = await request.body();
    try {
      return gunzipSync(packed, { maxOutputLength: MAX_BYTES });
    } catch (error) {
      throw new AwsError("SerializationException", 400, `The request body is not gzip: ${String(error)}`);
    }
  };
  return { ...request, body };
};

/** JSON has times as epoch seconds. */
const inSeconds = (value: unknown): unknown => {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inSeconds(each)]));
};

const plain = jsonProtocol({ version: "1.0", prefix: NAME, queryErrors: (code) => code });
const json: Protocol = { ...plain, encode: (call, output) => plain.encode(call, inSeconds(output)) };
const cbor = rpcCbor(NAME);
const both = either(({ path }) => (path.startsWith("/service/") ? cbor : json), json);

export const cloudWatchProtocol: Protocol = { ...both, decode: (request) => both.decode(unzipped(request)) };
