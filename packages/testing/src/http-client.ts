// Plain HTTP to the cloud and to deployed APIs: no redirects followed, no header added that the test did not ask for.
import { Agent, request } from "node:http";
import { sign } from "@warmstart/cloud/sigv4";
import { REGION } from "./events/deterministic.ts";

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object becomes JSON with its content type; a string or Buffer is sent as it is. */
  readonly body?: unknown;
  /** Signs for this service (`execute-api` for an AWS_IAM route) with these keys and time; default the developer's, and `Date`'s. */
  readonly sign?: { readonly service: string; readonly keys?: Keys; readonly now?: number };
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface HttpResult {
  readonly status: number;
  /** Lower-case names; `set-cookie` values joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON, or undefined when it is not JSON. */
  readonly json: unknown;
}

export const DEVELOPER_KEYS: Keys = { accessKeyId: "local", secretAccessKey: "local" };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const payloadOf = (body: unknown): { payload?: Buffer; contentType?: string } => {
  if (body === undefined) return {};
  if (Buffer.isBuffer(body)) return { payload: body };
  if (typeof body === "string") return { payload: Buffer.from(body) };
  return { payload: Buffer.from(JSON.stringify(body)), contentType: "application/json" };
};

const signedHeaders = (method: string, url: URL, headers: Record<string, string>, options: Required<HttpRequest>) => {
  const { service, keys = DEVELOPER_KEYS, now = Date.now() } = options.sign;
  const { payload } = payloadOf(options.body);
  const parts = { method, path: url.pathname, rawQuery: url.search.slice(1), headers: { ...headers, host: url.host } };
  return sign({ ...parts, ...(payload && { payload }) }, { ...keys, service, region: REGION, now });
};

/** Sends one request and reads the whole answer. Connection errors reject. */
export const send = (method: string, address: string, options: HttpRequest = {}): Promise<HttpResult> => {
  const url = new URL(address);
  const { payload, contentType } = payloadOf(options.body);
  const given = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const plain = { ...(contentType !== undefined && { "content-type": contentType }), ...given };
  const headers = options.sign ? signedHeaders(method, url, plain, options as Required<HttpRequest>) : plain;
  const { promise, resolve, reject } = Promise.withResolvers<HttpResult>();
  const length = payload === undefined ? {} : { "content-length": payload.length };
  const outgoing = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const body = Buffer.concat(chunks);
      const text = body.toString("utf8");
      const answered = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
      resolve({
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(answered),
        body,
        text,
        json: parseJson(text),
      });
    });
  });
  outgoing.on("error", (error) => {
    // The server ended an idle connection in the moment in which it was taken again: the request never arrived.
    if (outgoing.reusedSocket && "code" in error && error.code === "ECONNRESET")
      resolve(send(method, address, options));
    else reject(error);
  });
  outgoing.end(payload);
  return promise;
};
