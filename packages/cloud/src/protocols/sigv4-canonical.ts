// The texts and keys of Signature Version 4:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHmac, hash } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";

/** What of a request is signed. */
export interface RequestParts {
  readonly method: string;
  /** As sent (percent-encoded), without the query. */
  readonly path: string;
  readonly rawQuery: string;
  /** Lower-case names; repeated headers joined with ",". */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a signing key is made for; `date` is `YYYYMMDD`. */
export interface Scope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const ALGORITHM = "AWS4-HMAC-SHA256";
export const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** RFC 3986: everything but unreserved characters is escaped. */
const escape = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
};

/** Decoded names and values, in the order sent. */
export const queryPairs = (rawQuery: string): (readonly [string, string])[] =>
  rawQuery
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.replaceAll("+", "%20").split("=");
      return [decode(name), decode(value.join("="))] as const;
    });

const canonicalPath = (path: string, service: string): string => {
  if (path === "/") return path;
  if (service === "s3")
    return path
      .split("/")
      .map((segment) => escape(decode(segment)))
      .join("/");
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(escape(segment));
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`;
};

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const sortedQuery = (rawQuery: string): string =>
  queryPairs(rawQuery)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [escape(name), escape(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join("="))
    .join("&");

const canonicalQuery = (rawQuery: string): string => (rawQuery === "" ? "" : sortedQuery(rawQuery));

/** Trimmed, with one space for many; most values are so already. */
const oneSpaced = (value: string): string =>
  /^\s|\s\s|[^\S ]|\s$/.test(value) ? value.trim().replaceAll(/\s+/g, " ") : value;

interface Canonical {
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

export const canonicalRequest = (
  { method, path, rawQuery, headers }: RequestParts,
  { service, signedHeaders, payloadHash }: Canonical,
): string =>
  [
    method,
    canonicalPath(path, service),
    canonicalQuery(rawQuery),
    ...signedHeaders.map((name) => `${name}:${oneSpaced(headers[name] ?? "")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");

export const scopeOf = ({ date, region, service }: Scope): string => `${date}/${region}/${service}/aws4_request`;

/** The key that signs everything of one day, region and service. */
export const signingKey = (secret: string, { date, region, service }: Scope): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");

const BLOCK_BYTES = 64;

/** A key as HMAC uses it (RFC 2104), made once: two one-shot hashes then cost a third of an Hmac object. */
interface PaddedKey {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const padded = (key: Buffer): PaddedKey => {
  const pad = (mask: number): Buffer =>
    Buffer.from(Uint8Array.from({ length: BLOCK_BYTES }, (_, at) => (key[at] ?? 0) ^ mask));
  return { inner: pad(0x36), outer: pad(0x5c) };
};

const hmacHex = ({ inner, outer }: PaddedKey, text: string): string => {
  const digest = hash("sha256", Buffer.concat([inner, Buffer.from(text)]), "buffer");
  return hash("sha256", Buffer.concat([outer, digest]), "hex");
};

/** Keys of late, because deriving one costs more than all else of a signature. What is in here only saves time. */
const derived = new Map<string, PaddedKey>();
const MOST_DERIVED = 500;

const derivedKey = (secret: string, scope: Scope): PaddedKey => {
  const name = `${scope.date}/${scope.region}/${scope.service}/${secret}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  if (derived.size >= MOST_DERIVED) derived.clear();
  const key = padded(signingKey(secret, scope));
  derived.set(name, key);
  return key;
};

/** The hexadecimal signature of a text, such as an S3 POST policy in base64. */
export const signText = (secret: string, scope: Scope, text: string): string =>
  hmacHex(derivedKey(secret, scope), text);

/** The signature of one aws-chunked chunk (or of its trailers); `previous` is that of the request or the chunk before. */
export const chunkSignature = (
  key: Buffer,
  { amzDate, ...scope }: Scope & { readonly amzDate: string },
  previous: string,
  { data, trailer = false }: { readonly data: string | Uint8Array; readonly trailer?: boolean },
): string => {
  const hashes = trailer ? [sha256Hex(data)] : [EMPTY_HASH, sha256Hex(data)];
  const kind = `${ALGORITHM}-${trailer ? "TRAILER" : "PAYLOAD"}`;
  return hmac(key, [kind, amzDate, scopeOf(scope), previous, ...hashes].join("\n")).toString("hex");
};

export const stringToSign = (canonical: string, { amzDate, ...scope }: Scope & { readonly amzDate: string }): string =>
  [ALGORITHM, amzDate, scopeOf(scope), sha256Hex(canonical)].join("\n");
