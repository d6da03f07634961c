// Requests and invocations for the tests of this package.
import { AsyncLocalStorage } from "node:async_hooks";
import type { HttpEvent } from "./event.ts";
import type { HttpResult } from "./seal.ts";

export interface RequestParts {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly authorizer?: unknown;
}

/** `request("POST /v1/links/{code}", { body: "{}" })`; JSON is the content type unless told otherwise. */
export const request = (route: string, parts: RequestParts = {}): HttpEvent => {
  const [method = "GET", template = "/"] = route.split(" ");
  const rawPath = template.replace(/\{(\w+)\}/g, (_match, name: string) => parts.path?.[name] ?? name);
  const event: HttpEvent = {
    version: "2.0",
    routeKey: route,
    rawPath,
    rawQueryString: parts.query ?? "",
    headers: { "content-type": "application/json", ...parts.headers },
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "api.example",
      domainPrefix: "api",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.7", userAgent: "test" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: route,
      stage: "$default",
      time: "21/Nov/2026:05:00:00 +0000",
      timeEpoch: 1_795_237_200_000,
      ...(parts.authorizer === undefined ? {} : { authorizer: parts.authorizer }),
    },
    isBase64Encoded: parts.isBase64Encoded ?? false,
  };
  if (parts.path) event.pathParameters = { ...parts.path };
  if (parts.body !== undefined) event.body = parts.body;
  return event;
};

export const apiKey = (sub: string, ...scopes: string[]): { lambda: { sub: string; scopes: string[] } } => ({
  lambda: { sub, scopes },
});

export const jwt = (claims: Readonly<Record<string, string>>): object => ({
  jwt: {
    claims: { sub: "u-1", token_use: "access", client_id: "c-1", iss: "https://issuer.example", ...claims },
    scopes: null,
  },
});

export interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly result: HttpResult;
  /** What was written to stdout, parsed line by line. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly out: string;
}

type Invokable<E, R> = (event: E, context: never) => Promise<R>;

// Each call's output is its own, also when many run at once; what nobody captures goes where it always went.
const outputs = new AsyncLocalStorage<string[]>();
const writeThrough = process.stdout.write.bind(process.stdout);
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  const output = outputs.getStore();
  if (!output) return writeThrough(chunk);
  output.push(String(chunk));
  return true;
};

/** Runs a handler with a context, its own unless one is given, and collects what it writes. */
export const capture = async <E, R>(handler: Invokable<E, R>, event: E, given?: object): Promise<[R, string]> => {
  const context = given ?? {
    awsRequestId: "aws-1",
    functionName: "svc-local-fn",
    getRemainingTimeInMillis: () => 10_000,
  };
  const output: string[] = [];
  const result = await outputs.run(output, async () => handler(event, context as never)); // what is used of a context
  return [result, output.join("")];
};

export const linesOf = (out: string): Readonly<Record<string, unknown>>[] =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

export const send = async (handler: Invokable<HttpEvent, HttpResult>, event: HttpEvent): Promise<Answer> => {
  const [result, out] = await capture(handler, event);
  const isJson = String(result.headers?.["content-type"]).includes("json");
  return {
    status: result.statusCode ?? 0,
    json: isJson && result.body ? (JSON.parse(result.body) as Answer["json"]) : {},
    headers: result.headers ?? {},
    result,
    lines: linesOf(out),
    out,
  };
};
