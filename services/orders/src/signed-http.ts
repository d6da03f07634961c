// Requests to routes with AWS_IAM: signed as this function's role, bounded in time and size.
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { createHash, createHmac } from "node:crypto";

type Init = ConstructorParameters<typeof SignatureV4>[0];

export interface SignedHttpOptions {
  readonly credentials: Init["credentials"];
  readonly region: Init["region"];
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** Sends JSON, reads JSON; rejects when there is no answer in time, or one that is no JSON or too large. */
export type SignedHttp = (method: "POST" | "PUT", url: string, body?: object) => Promise<Answer>;

const MOST_BYTES = 256 * 1024;

/** Node's own SHA-256 in the shape that the signer calls with `new`: half the size of one in JavaScript. */
const sha256 = function (secret?: Uint8Array | string) {
  const hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  return {
    update: (data: Uint8Array) => void hash.update(data),
    digest: async () => new Uint8Array(hash.digest()),
    reset: () => undefined,
  };
} as unknown as Init["sha256"]; // a function that returns an object is a constructor of it

const readJson = async (body: AsyncIterable<Buffer>): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new RangeError(`The answer is over ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return bytes === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"));
};

export const signedHttp = ({ credentials, region, timeoutMs }: SignedHttpOptions): SignedHttp => {
  const signer = new SignatureV4({ credentials, region, service: "execute-api", sha256 });
  const handler = new NodeHttpHandler({ connectionTimeout: timeoutMs });
  return async (method, address, body) => {
    const { protocol, hostname, port, host, pathname: path } = new URL(address);
    const headers = { host, "content-type": "application/json" };
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const request = { method, protocol, hostname, path, headers, query: {}, ...payload };
    const signed = await signer.sign(port === "" ? request : { ...request, port: Number(port) });
    // The signal bounds the body too, which the handler's own time-out does not.
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const { response } = await handler.handle(signed as never, { abortSignal });
    return { status: response.statusCode, json: await readJson(response.body as AsyncIterable<Buffer>) }; // a Node stream
  };
};
