// CORS of a bucket: its rules and which of them answers, the unsigned preflight, and the headers on every other answer.
import type { AwsRequest } from "../gateway/service.ts";
import { childrenOf, onlyChildren, textOf, textsOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { invalidRequest, s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State } from "./model.ts";
import type { S3Action } from "./request.ts";
import { resourceOf } from "./route.ts";
import { type Setting, settingActions } from "./settings.ts";

export interface CorsRule {
  readonly id?: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** One `*` stands for any text. */
const fits = (pattern: string, text: string): boolean => {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
};

interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight: the names in Access-Control-Request-Headers. */
  readonly headers: readonly string[];
}

const answers = (rule: CorsRule, { origin, method, headers }: CorsRequest): boolean =>
  rule.allowedMethods.includes(method) &&
  rule.allowedOrigins.some((pattern) => fits(pattern, origin)) &&
  headers.every((name) => rule.allowedHeaders.some((pattern) => fits(pattern.toLowerCase(), name.toLowerCase())));

/** The headers of the first rule that answers; undefined when none does. */
const corsHeaders = (rules: readonly CorsRule[], request: CorsRequest): Record<string, string> | undefined => {
  const rule = rules.find((candidate) => answers(candidate, request));
  if (rule === undefined) return undefined;
  const anyone = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": anyone ? "*" : request.origin,
    ...(!anyone && { "access-control-allow-credentials": "true" }),
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(request.headers.length > 0 && { "access-control-allow-headers": request.headers.join(", ").toLowerCase() }),
    ...(rule.exposeHeaders.length > 0 && { "access-control-expose-headers": rule.exposeHeaders.join(", ") }),
    ...(rule.maxAgeSeconds !== undefined && { "access-control-max-age": String(rule.maxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
};

const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** Throws S3's words for a rule that it would not store. */
const checkCorsRule = (rule: CorsRule): CorsRule => {
  const method = rule.allowedMethods.find((name) => !METHODS.includes(name));
  if (method !== undefined)
    throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  if (rule.allowedMethods.length === 0 || rule.allowedOrigins.length === 0) throw s3Error("MalformedXML");
  const many = [...rule.allowedOrigins, ...rule.allowedHeaders].find((text) => text.split("*").length > 2);
  if (many !== undefined) throw invalidRequest(`AllowedOrigin "${many}" can not have more than one wildcard.`);
  const unsendable = rule.exposeHeaders.find((text) => !/^[!-~]*$/.test(text));
  if (unsendable !== undefined) throw invalidRequest(`"${unsendable}" cannot be sent in a header.`); // (u)
  const exposed = rule.exposeHeaders.find((text) => text.includes("*"));
  if (exposed !== undefined)
    throw invalidRequest(
      `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
    );
  return rule;
};

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
