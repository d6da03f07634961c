// Which service a request is for: the one in its credential scope. What comes unsigned is told by its shape: user pools
// answer people who have no keys, and everything else unsigned is S3's (public objects, CORS, forms).
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

const DEFAULT_REGION = "us-east-1";

const signatureOf = (request: AwsRequest): Signature => {
  try {
    return { claim: parseClaim(request) };
  } catch (malformed) {
    return { malformed };
  }
};

const JWKS = /^\/([a-z0-9-]+)_[A-Za-z0-9]+\/\.well-known\//;

/** A browser's question before it sends a call without keys: which is what pages do to sign people in. */
const isPreflightOfCall = ({ method, headers }: AwsRequest): boolean =>
  method === "OPTIONS" && (headers["access-control-request-headers"] ?? "").includes("x-amz-target");

const unsigned = (request: AwsRequest): Pick<Route, "name" | "region"> => {
  const { method, headers, path, rawQuery } = request;
  if (headers["x-amz-target"]?.startsWith("AWSCognitoIdentityProviderService.") || isPreflightOfCall(request)) {
    return { name: "cognito-idp", region: DEFAULT_REGION };
  }
  if (path === "/" && /^Action=(ConfirmSubscription|Unsubscribe)&/.test(rawQuery)) {
    return { name: "sns", region: DEFAULT_REGION }; // the links in SNS's messages
  }
  // Forms that people send to S3 have parts; these are AssumeRoleWithWebIdentity and its like.
  if (method === "POST" && path === "/" && headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    return { name: "sts", region: DEFAULT_REGION };
  }
  const region = JWKS.exec(path)?.[1];
  return region === undefined ? { name: "s3", region: DEFAULT_REGION } : { name: "cognito-idp", region };
};

/** A malformed signature counts as S3's until `identify` refuses it. */
export const routeOf = (request: AwsRequest): Route => {
  const signature = signatureOf(request);
  const claim = "claim" in signature ? signature.claim : undefined;
  if (claim === undefined) return { ...unsigned(request), signature };
  return { name: ALIASES.get(claim.service) ?? claim.service, region: claim.region, signature };
};
