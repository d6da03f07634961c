// Signature Version 4, verified and made.
import { timingSafeEqual } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import {
  ALGORITHM,
  canonicalRequest,
  EMPTY_HASH,
  type RequestParts,
  scopeOf,
  type Scope,
  sha256Hex,
  signText,
  stringToSign,
} from "./sigv4-canonical.ts";
import { type Claim, fromAmzDate, incomplete, parseClaim, toAmzDate } from "./sigv4-credential.ts";

export { chunkSignature, sha256Hex, signingKey, signText } from "./sigv4-canonical.ts";
export { type Claim, type Credential, fromAmzDate, parseClaim, parseCredential } from "./sigv4-credential.ts";

export interface Signature extends Claim {
  /** The hash that was signed: hexadecimal, `UNSIGNED-PAYLOAD` or `STREAMING-…`. */
  readonly payloadHash: string;
}

const TOLERANCE_MS = 15 * 60_000;

const checkTime = ({ amzDate, date, expiresSeconds }: Claim, now: readonly number[]): void => {
  const signedAt = fromAmzDate(amzDate);
  if (Number.isNaN(signedAt)) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${amzDate}'.`);
  if (!amzDate.startsWith(date))
    throw incomplete(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}'`,
    );
  if (expiresSeconds === undefined) {
    if (now.some((time) => Math.abs(time - signedAt) <= TOLERANCE_MS)) return;
    const times = { RequestTime: amzDate, ServerTime: new Date(now[0] ?? 0).toISOString() };
    const message = "The difference between the request time and the current time is too large.";
    throw new AwsError("RequestTimeTooSkewed", 403, message, times);
  }
  const time = now.find((candidate) => candidate >= signedAt - TOLERANCE_MS);
  if (time === undefined) throw new AwsError("AccessDenied", 403, "Request is not valid yet");
  const expiresAt = signedAt + expiresSeconds * 1000;
  if (time <= expiresAt) return;
  const fields = { Expires: new Date(expiresAt).toISOString(), ServerTime: new Date(time).toISOString() };
  throw new AwsError("AccessDenied", 403, "Request has expired", fields);
};

const payloadHashOf = ({ headers, payload }: VerifiableRequest, { service, location }: Claim): string => {
  if (service !== "s3") return payload === undefined ? EMPTY_HASH : sha256Hex(payload);
  const given = headers["x-amz-content-sha256"];
  if (given !== undefined) return given;
  if (location === "query") return "UNSIGNED-PAYLOAD";
  throw new AwsError("InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256");
};

export interface VerifiableRequest extends RequestParts {
  /** The whole body; S3 signs the header `x-amz-content-sha256` instead, and compares the body with it itself. */
  readonly payload?: string | Uint8Array;
  /** What `parseClaim` gave for this request, when it was asked before. */
  readonly claim?: Claim;
}

/**
 * Checks a header signature or a presigned URL. `now` lists the instants (ms) that count as the present: a header
 * signature must lie within 15 minutes of one, a presigned URL is judged by the first that has reached its date.
 * Throws AwsError IncompleteSignature, RequestTimeTooSkewed, SignatureDoesNotMatch, AccessDenied (expired).
 */
export const verify = (request: VerifiableRequest, secret: string, now: readonly number[]): Signature => {
  const claim = request.claim ?? parseClaim(request);
  if (claim === undefined) throw new AwsError("MissingAuthenticationToken", 403, "Missing Authentication Token");
  // HTTP/2 has the host in a pseudo header, and SDKs sign that instead.
  if (!claim.signedHeaders.some((name) => name === "host" || name === ":authority"))
    throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  checkTime(claim, now);
  const signed: Signature = { ...claim, payloadHash: payloadHashOf(request, claim) };
  const canonical = canonicalRequest(request, signed);
  const text = stringToSign(canonical, signed);
  const expected = Buffer.from(signText(secret, signed, text));
  const given = Buffer.from(signed.signature);
  if (expected.length === given.length && timingSafeEqual(expected, given)) return signed;
  throw new AwsError(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    {
      AWSAccessKeyId: signed.accessKeyId,
      StringToSign: text,
      SignatureProvided: signed.signature,
      CanonicalRequest: canonical,
    },
  );
};

export interface Signer extends Omit<Scope, "date"> {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly now: number;
}

/** The headers that sign this request (`host` must be among its headers); all its headers are signed. */
export const sign = (request: VerifiableRequest, signer: Signer): Readonly<Record<string, string>> => {
  const amzDate = toAmzDate(signer.now);
  const payloadHash = sha256Hex(request.payload ?? "");
  const headers: Record<string, string> = { ...request.headers, "x-amz-date": amzDate };
  if (signer.sessionToken !== undefined) headers["x-amz-security-token"] = signer.sessionToken;
  if (signer.service === "s3") headers["x-amz-content-sha256"] ??= payloadHash;
  const signedHeaders = Object.keys(headers).toSorted();
  const scope = { date: amzDate.slice(0, 8), region: signer.region, service: signer.service, amzDate };
  const hash = headers["x-amz-content-sha256"] ?? payloadHash;
  const canonical = canonicalRequest({ ...request, headers }, { ...scope, signedHeaders, payloadHash: hash });
  const signature = signText(signer.secretAccessKey, scope, stringToSign(canonical, scope));
  const credential = `Credential=${signer.accessKeyId}/${scopeOf(scope)}`;
  const authorization = `${ALGORITHM} ${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
};
