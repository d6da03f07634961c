// Which service a request is for: the one in its credential scope. Unsigned requests are S3's (public objects, CORS, forms).
import { parseCredential } from "../protocols/sigv4.ts";
import type { AwsRequest } from "./service.ts";

/** SigV4 signing names that differ from the name used here. */
const ALIASES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** A malformed signature is no reason to guess: identify() refuses it; until then it counts as S3's. */
const credentialOf = (request: AwsRequest): { service: string; region: string } | undefined => {
  try {
    return parseCredential(request);
  } catch {
    return undefined;
  }
};

export const routeOf = (request: AwsRequest): { readonly name: string; readonly region: string } => {
  const credential = credentialOf(request);
  const name = credential?.service ?? "s3";
  return { name: ALIASES[name] ?? name, region: credential?.region ?? "us-east-1" };
};
