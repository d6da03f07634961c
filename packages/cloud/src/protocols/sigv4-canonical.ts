// The texts and keys of Signature Version 4:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
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
export const escape = (text: string): string =>
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

const canonicalQuery = (rawQuery: string): string =>
  queryPairs(rawQuery)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [escape(name), escape(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join("="))
    .join("&");

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
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? "").trim().replaceAll(/\s+/g, " ")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");

export const scopeOf = ({ date, region, service }: Scope): string => `${date}/${region}/${service}/aws4_request`;

/** The key that signs everything of one day, region and service. */
export const signingKey = (secret: string, { date, region, service }: Scope): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");

/** Keys of late, because deriving one costs more than all else of a signature. What is in here only saves time. */
const derived = new Map<string, KeyObject>();
const MOST_DERIVED = 500;

const derivedKey = (secret: string, scope: Scope): KeyObject => {
  const name = `${scope.date}/${scope.region}/${scope.service}/${secret}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  if (derived.size >= MOST_DERIVED) derived.clear();
  const key = createSecretKey(signingKey(secret, scope));
  derived.set(name, key);
  return key;
};

/** The hexadecimal signature of a text, such as an S3 POST policy in base64. */
export const signText = (secret: string, scope: Scope, text: string): string =>
  createHmac("sha256", derivedKey(secret, scope)).update(text).digest("hex");

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
