// The cloud as its own client: signed requests of the developer to the own port, for what the admin API needs of a service.
import { request } from "node:http";
import { sign } from "../protocols/sigv4.ts";

export interface Loopback {
  readonly putObject: (bucket: string, key: string, body: Buffer) => Promise<void>;
  /** An action of a JSON service. */
  readonly json: (service: string, target: string, input: object) => Promise<Record<string, unknown>>;
  readonly get: (service: string, path: string) => Promise<Record<string, unknown>>;
}

interface Exchange {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
}

const DEVELOPER_KEYS = { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1" };

const exchange = async (
  endpoint: string,
  { service, method, path, headers = {}, payload }: Exchange,
): Promise<string> => {
  const url = new URL(path, endpoint);
  const unsigned = {
    method,
    path: url.pathname,
    rawQuery: url.search.slice(1),
    headers: { host: url.host, ...headers },
  };
  const signed = sign({ ...unsigned, ...(payload && { payload }) }, { ...DEVELOPER_KEYS, service, now: Date.now() });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const outgoing = request(
    url,
    { method, headers: { ...signed, "content-length": payload?.length ?? 0 } },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if ((response.statusCode ?? 500) < 300) resolve(text);
        else reject(new Error(`${service} ${method} ${path} answered ${response.statusCode}: ${text}`));
      });
    },
  );
  outgoing.on("error", reject);
  outgoing.end(payload);
  return promise;
};

const asObject = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>; // our own answer

export const createLoopback = (endpoint: () => string): Loopback => ({
  putObject: async (bucket, key, payload) => {
    const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    await exchange(endpoint(), { service: "s3", method: "PUT", path, payload });
  },
  json: async (service, target, input) => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    const payload = Buffer.from(JSON.stringify(input));
    return asObject(await exchange(endpoint(), { service, method: "POST", path: "/", headers, payload }));
  },
  get: async (service, path) => asObject(await exchange(endpoint(), { service, method: "GET", path })),
});
