// What a function's result (payload format 2.0) means as an HTTP answer.
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Answer } from "./answer.ts";
import { DEFAULT_CONTENT_TYPE, DROPPED_RESULT_HEADERS } from "./limits.ts";

/** The result is none that the API can answer with; the message says why, for the developer. */
export class MalformedResult extends Error {}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const statusOf = (value: unknown): number => {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new MalformedResult(`statusCode is ${JSON.stringify(value)}`);
};

const checked = (name: string, value: string): [string, string] => {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw new MalformedResult(`header ${JSON.stringify(name)} is not valid`, { cause: error });
  }
  return [name.toLowerCase(), value];
};

/** `multiValueHeaders` belongs to payload format 1.0 and is ignored in 2.0. */
const headersOf = (value: unknown): [string, string][] => {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw new MalformedResult("headers is not an object");
  return Object.entries(value)
    .map(([name, content]) => {
      if (!["string", "number", "boolean"].includes(typeof content))
        throw new MalformedResult(`header ${JSON.stringify(name)} is not a string, number or boolean`);
      return checked(name, String(content));
    })
    .filter(([name]) => !DROPPED_RESULT_HEADERS.has(name));
};

const cookiesOf = (value: unknown): [string, string][] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((cookie) => typeof cookie !== "string"))
    throw new MalformedResult("cookies is not a list of strings");
  return value.map((cookie) => checked("set-cookie", String(cookie)));
};

const bodyOf = (body: unknown, isBase64Encoded: unknown): string | Buffer => {
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") throw new MalformedResult(`body is of type ${typeof body}, not a string`);
  if (isBase64Encoded !== true) return body;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body))
    throw new MalformedResult("body is not base64 although isBase64Encoded is true");
  return Buffer.from(body, "base64");
};

const parse = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw new MalformedResult("the result is not JSON", { cause: error });
  }
};

/** An object with `statusCode` as it says; other JSON as 200 JSON; a string as 200 text. Throws MalformedResult. */
export const toAnswer = (payload: string): Answer => {
  const result = parse(payload);
  if (typeof result === "string")
    return { status: 200, headers: [["content-type", DEFAULT_CONTENT_TYPE]], body: result };
  if (!isObject(result) || result["statusCode"] === undefined)
    return { status: 200, headers: [["content-type", "application/json"]], body: payload };
  const status = statusOf(result["statusCode"]);
  const headers = [...headersOf(result["headers"]), ...cookiesOf(result["cookies"])];
  const body = bodyOf(result["body"], result["isBase64Encoded"]);
  const typed = status === 204 || status === 304 || headers.some(([name]) => name === "content-type");
  return { status, headers: typed ? headers : [["content-type", DEFAULT_CONTENT_TYPE], ...headers], body };
};
