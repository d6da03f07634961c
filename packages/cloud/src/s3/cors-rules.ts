// CORS: which rule answers for an origin, and the headers it gives.
import { invalidRequest, s3Error } from "./errors.ts";

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

export interface CorsRequest {
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
export const corsHeaders = (rules: readonly CorsRule[], request: CorsRequest): Record<string, string> | undefined => {
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
export const checkCorsRule = (rule: CorsRule): CorsRule => {
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
