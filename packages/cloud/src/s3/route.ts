// From a request to an action with its bucket, key and headers. Reads no body.
import type { AwsRequest, Input } from "../gateway/service.ts";
import { s3Error } from "./errors.ts";
import { checkHeaders } from "./headers.ts";
import { S3_LIMITS } from "./limits.ts";
import { COPIES, type Level, type Route, ROUTES } from "./routes.ts";

/** What `decode` binds for every S3 action. */
export interface S3Input {
  readonly bucket: string;
  readonly key: string;
  /** The request's headers, and `x-amz-…` parameters of a presigned URL, which count as headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Parameters of signatures and of SDKs' own bookkeeping; they choose nothing. Of a presigned URL the gateway verifies
 * signature and expiry. What is left to S3: the signer's rights at use (`needs`), `x-amz-…` parameters as headers
 * (here), a signed payload hash against the body (`integrity.ts`), and `response-…` only when signed (`objects.ts`).
 */
const NEUTRAL =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256|User-Agent))$/;

/** The bucket of a virtual-host style request: `<bucket>.localhost`, `<bucket>.s3.…`. */
export const bucketOfHost = (host: string): string | undefined => {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const bucket = /^(.+?)\.s3[.-]/.exec(name)?.[1] ?? /^(.+)\.localhost$/.exec(name)?.[1];
  return bucket === "s3" || bucket?.startsWith("s3.") === true ? undefined : bucket;
};

const decodePath = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error("InvalidURI");
  }
};

export const resourceOf = ({ host, path }: Pick<AwsRequest, "host" | "path">): { bucket: string; key: string } => {
  const hosted = bucketOfHost(host);
  if (hosted !== undefined) return { bucket: hosted, key: decodePath(path.slice(1)) };
  const slash = path.indexOf("/", 1);
  if (slash < 0) return { bucket: decodePath(path.slice(1)), key: "" };
  return { bucket: decodePath(path.slice(1, slash)), key: decodePath(path.slice(slash + 1)) };
};

/** The row that asks for most comes first. */
const TABLE: ReadonlyMap<string, readonly Route[]> = Map.groupBy(
  ROUTES.toSorted((a, b) => b.by.length - a.by.length),
  ({ method, level }) => `${method} ${level}`,
);

const findRoute = (method: string, level: Level, names: readonly string[]): Route => {
  const rows = TABLE.get(`${method} ${level}`) ?? [];
  if (rows.length === 0 && names.length === 0) throw s3Error("MethodNotAllowed", { Method: method });
  const fitting = rows.find(({ by }) => by.every((name) => names.includes(name)));
  const unknown = names.find((name) => !fitting?.by.includes(name) && !fitting?.may.includes(name));
  if (fitting !== undefined && unknown === undefined) return fitting;
  const what = unknown ?? names[0] ?? method;
  throw s3Error(
    "NotImplemented",
    { Parameter: what },
    `${method} with "${what}" is not supported by the embedded AWS; see SUPPORT.md`,
  );
};

const splitQuery = (request: AwsRequest): { names: readonly string[]; headers: Readonly<Record<string, string>> } => {
  if (request.rawQuery === "") return { names: [], headers: request.headers };
  const headers: Record<string, string> = { ...request.headers };
  const names: string[] = [];
  for (const [name, value] of request.query) {
    if (NEUTRAL.test(name)) continue;
    // Presigning moves headers into the query; a header of the request itself wins. Checksums there are signed, but not
    // compared with the body (u).
    if (/^x-amz-(sdk-checksum-algorithm|checksum-(crc|sha))/i.test(name)) continue;
    // As Node gives headers: the bytes of UTF-8 as Latin-1.
    if (/^x-amz-/i.test(name)) headers[name.toLowerCase()] ??= Buffer.from(value).toString("latin1");
    else names.push(name);
  }
  return { names, headers };
};

const actionOf = (request: AwsRequest, level: Level): { action: string; headers: S3Input["headers"] } => {
  if (request.method === "OPTIONS") return { action: "Preflight", headers: request.headers };
  const { names, headers } = splitQuery(request);
  const { action } = findRoute(request.method, level, names);
  checkHeaders(headers);
  return { action: (headers["x-amz-copy-source"] !== undefined ? COPIES[action] : undefined) ?? action, headers };
};

/** The protocol's decode: throws NotImplemented for every parameter and header that S3 here does not honour. */
export const decode = (request: AwsRequest): { action: string; input: Input } => {
  const { bucket, key } = resourceOf(request);
  if (Buffer.byteLength(key) > S3_LIMITS.keyBytes)
    throw s3Error("KeyTooLongError", { Size: Buffer.byteLength(key), MaxSizeAllowed: S3_LIMITS.keyBytes });
  const level = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const { action, headers } = actionOf(request, level);
  return { action, input: { bucket, key, headers } satisfies S3Input };
};
