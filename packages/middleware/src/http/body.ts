// The body of a request, read as JSON or as a form.
import { commonError } from "../errors/app-error.ts";
import { invalid } from "../errors/makers.ts";
import type { HttpEvent } from "./event.ts";
import { jsonProblem } from "./json-guard.ts";
import { jsonErrorPosition } from "./json-position.ts";

const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

/** What a route says of its body, beside the schema. */
export interface BodyRules {
  readonly maxBodyBytes?: number;
  readonly rawText?: readonly string[];
}

const requireMediaType = ({ "content-type": sent = "" }: Readonly<Record<string, string>>, wanted: string): void => {
  const [type = "", ...parameters] = sent.toLowerCase().split(";");
  const charset = parameters.find((each) => each.trim().startsWith("charset="));
  if (type.trim() === wanted && (!charset || /=\s*"?utf-?8"?\s*$/.test(charset))) return;
  throw commonError("unsupported-media-type", `The body must be ${wanted} in UTF-8`);
};

const malformed = (detail: string): Error => commonError("malformed-json", detail);

/** The body as text: size first, then base64, then UTF-8. */
const textOf = (
  { body = "", isBase64Encoded }: HttpEvent,
  { maxBodyBytes: maxBytes = DEFAULT_MAX_BODY_BYTES }: BodyRules,
): string => {
  const size = Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8");
  if (size > maxBytes) throw commonError("body-too-large", `The body may have ${maxBytes} bytes`);
  if (!isBase64Encoded) {
    if (!body.isWellFormed()) throw malformed("The body is not UTF-8");
    return body;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, "base64"));
  } catch {
    throw malformed("The body is not UTF-8");
  }
};

/** The parsed JSON body: 413, 415, 400 with line and column, and 422 for what no schema should see. */
export const readJson = (event: HttpEvent, headers: Readonly<Record<string, string>>, rules: BodyRules): unknown => {
  const text = textOf(event, rules);
  const isPatch = event.requestContext.http.method === "PATCH";
  requireMediaType(headers, isPatch ? "application/merge-patch+json" : "application/json");
  if (!text) throw malformed("The body is empty");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { line, column } = jsonErrorPosition(text);
    throw malformed(`The body is not JSON: see line ${line}, column ${column}`);
  }
  const problem = jsonProblem(value, rules.rawText);
  if (problem) throw invalid([problem]);
  return value;
};

/** The fields of an HTML form; a repeated field is refused. */
export const readForm = (
  event: HttpEvent,
  headers: Readonly<Record<string, string>>,
  rules: BodyRules,
): Readonly<Record<string, string>> => {
  const text = textOf(event, rules);
  requireMediaType(headers, "application/x-www-form-urlencoded");
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields)
      throw invalid([{ pointer: `#/${encodeURIComponent(name)}`, code: "repeated", detail: "is repeated" }]);
    fields[name] = value;
  }
  return fields;
};
