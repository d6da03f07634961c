// Which service a request is for: the one in its credential scope. Unsigned requests are S3's (public objects, CORS, forms).
import { type Claim, parseClaim } from "../protocols/sigv4.ts";
import type { AwsRequest } from "./service.ts";

/** What the request says of its signature: nothing, a claim to verify, or something malformed to refuse. */
export type Signature = { readonly claim: Claim | undefined } | { readonly malformed: unknown };

export interface Route {
  readonly name: string;
  readonly region: string;
  readonly signature: Signature;
}

/** SigV4 signing names that differ from the name used here. */
const ALIASES: ReadonlyMap<string, string> = new Map([["monitoring", "cloudwatch"]]);

const signatureOf = (request: AwsRequest): Signature => {
  try {
    return { claim: parseClaim(request) };
  } catch (malformed) {
    return { malformed };
  }
};

/** A malformed signature counts as S3's until `identify` refuses it. */
export const routeOf = (request: AwsRequest): Route => {
  const signature = signatureOf(request);
  const claim = "claim" in signature ? signature.claim : undefined;
  const name = claim?.service ?? "s3";
  return { name: ALIASES.get(name) ?? name, region: claim?.region ?? "us-east-1", signature };
};
