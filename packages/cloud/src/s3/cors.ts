// CORS of a bucket: its configuration, the unsigned preflight, and the headers on every other answer.
import type { AwsRequest } from "../gateway/service.ts";
import { childrenOf, onlyChildren, parseXml, textOf, textsOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { changeBucket } from "./bucket-configuration.ts";
import { checkCorsRule, corsHeaders, type CorsRule } from "./cors-rules.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State } from "./model.ts";
import { readDocument } from "./receive.ts";
import { needBucket, type S3Action, xml } from "./request.ts";
import { resourceOf } from "./route.ts";

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

const GetBucketCors: S3Action = (s3, { bucket: name }) => {
  const { cors } = needBucket(s3, name);
  if (cors === undefined) throw s3Error("NoSuchCORSConfiguration", { BucketName: name });
  return xml("CORSConfiguration", { CORSRule: cors.map(ruleXml) });
};

const PutBucketCors: S3Action = async (s3, request) => {
  needBucket(s3, request.bucket);
  const root = parseXml(await readDocument(request), "CORSConfiguration");
  const cors = childrenOf(onlyChildren(root, ["CORSRule"]), "CORSRule").map(readRule);
  if (cors.length === 0 || cors.length > S3_LIMITS.corsRules) throw s3Error("MalformedXML");
  changeBucket(s3, request.bucket, { cors });
  return { status: 200 };
};

const DeleteBucketCors: S3Action = (s3, { bucket }) => {
  changeBucket(s3, bucket, { cors: undefined });
  return { status: 204 };
};

const missing = (what: string): Error =>
  s3Error("BadRequest", {}, `Insufficient information. ${what} request header needed.`);

const Preflight: S3Action = (s3, { bucket: name, headers }) => {
  const { origin, "access-control-request-method": method } = headers;
  if (origin === undefined) throw missing("Origin");
  if (method === undefined) throw missing("Access-Control-Request-Method");
  const cors = s3.buckets.get(name)?.cors;
  const about = { Method: method, ResourceType: "OBJECT" };
  if (cors === undefined) throw s3Error("AccessForbidden", about, "CORSResponse: CORS is not enabled for this bucket.");
  const asked = (headers["access-control-request-headers"] ?? "").split(",").map((text) => text.trim());
  const answer = corsHeaders(cors, { origin, method, headers: asked.filter((text) => text !== "") });
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

export const corsActions = { GetBucketCors, PutBucketCors, DeleteBucketCors, Preflight } satisfies Readonly<
  Record<string, S3Action>
>;
