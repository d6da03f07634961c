// CORS of a bucket: its configuration, the unsigned preflight, and the headers on every other answer.
import type { AwsRequest } from "../gateway/service.ts";
import { childrenOf, onlyChildren, textOf, textsOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { checkCorsRule, corsHeaders, type CorsRule } from "./cors-rules.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State } from "./model.ts";
import type { S3Action } from "./request.ts";
import { resourceOf } from "./route.ts";
import { type Setting, settingActions } from "./settings.ts";

const MEMBERS = ["ID", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader", "MaxAgeSeconds"];

const readRule = (node: XmlNode): CorsRule => {
  const id = textOf(onlyChildren(node, MEMBERS), "ID");
  const maxAge = textOf(node, "MaxAgeSeconds");
  return checkCorsRule({
    ...(id !== undefined && { id }),
    allowedOrigins: textsOf(node, "AllowedOrigin"),
    allowedMethods: textsOf(node, "AllowedMethod"),
    allowedHeaders: textsOf(node, "AllowedHeader"),
    exposeHeaders: textsOf(node, "ExposeHeader"),
    ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
  });
};

const ruleXml = (rule: CorsRule): Xml => ({
  ID: rule.id,
  AllowedHeader: rule.allowedHeaders,
  AllowedMethod: rule.allowedMethods,
  AllowedOrigin: rule.allowedOrigins,
  ExposeHeader: rule.exposeHeaders,
  MaxAgeSeconds: rule.maxAgeSeconds,
});

export const cors: Setting<readonly CorsRule[]> = {
  root: "CORSConfiguration",
  read: (node) => {
    const rules = childrenOf(onlyChildren(node, ["CORSRule"]), "CORSRule").map(readRule);
    if (rules.length === 0 || rules.length > S3_LIMITS.corsRules) throw s3Error("MalformedXML");
    return rules;
  },
  write: (rules) => ({ CORSRule: rules.map(ruleXml) }),
};

const missing = (what: string): Error =>
  s3Error("BadRequest", {}, `Insufficient information. ${what} request header needed.`);

const Preflight: S3Action = (s3, { bucket: name, headers }) => {
  const { origin, "access-control-request-method": method } = headers;
  if (origin === undefined) throw missing("Origin");
  if (method === undefined) throw missing("Access-Control-Request-Method");
  const rules = s3.buckets.get(name)?.cors;
  const about = { Method: method, ResourceType: "OBJECT" };
  if (rules === undefined)
    throw s3Error("AccessForbidden", about, "CORSResponse: CORS is not enabled for this bucket.");
  const asked = (headers["access-control-request-headers"] ?? "").split(",").map((text) => text.trim());
  const answer = corsHeaders(rules, { origin, method, headers: asked.filter((text) => text !== "") });
  if (answer !== undefined) return { status: 200, headers: answer };
  const message =
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / " +
    "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";
  throw s3Error("AccessForbidden", about, message);
};

/** What an answer to this request carries, errors included. */
export const corsHeadersFor = (s3: S3State, request: AwsRequest): Readonly<Record<string, string>> | undefined => {
  const { origin } = request.headers;
  if (origin === undefined || request.method === "OPTIONS") return undefined;
  try {
    const rules = s3.buckets.get(resourceOf(request).bucket)?.cors;
    return rules && corsHeaders(rules, { origin, method: request.method, headers: [] });
  } catch {
    return undefined; // the path cannot be decoded; that error is being answered
  }
};

export const corsActions: Readonly<Record<string, S3Action>> = {
  ...settingActions(["cors", "BucketCors"], cors, "NoSuchCORSConfiguration"),
  Preflight,
};
