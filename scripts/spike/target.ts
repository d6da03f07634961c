// The deployed service that the spike is for, and what the admin API tells of it.
import type { CloudStatus } from "@warmstart/cloud";
import { type HttpResult, send } from "@warmstart/testing";

export const SERVICE = "segy-metadata";

/** The spike cannot be run, or not in this cloud; the message says why. */
export class SpikeFailure extends Error {}

export interface Queue {
  readonly name: string;
  readonly depth: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly deadLetterQueueOf: readonly string[];
}

export interface Target {
  readonly endpoint: string;
  readonly url: string;
  readonly incoming: string;
  readonly results: string;
  readonly queues: () => Promise<readonly Queue[]>;
  readonly admin: <T>(method: string, path: string, body?: object) => Promise<T>;
}

const adminOf =
  (endpoint: string): Target["admin"] =>
  async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await send(method, `${endpoint}/_warmstart/v1${path}`, body === undefined ? {} : { body });
    if (answer.status !== 200) throw new SpikeFailure(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json as T; // a route of the admin API
  };

const bucketNamed = (buckets: readonly string[], word: string): string => {
  const found = buckets.find((bucket) => bucket.includes(word));
  if (found === undefined) throw new SpikeFailure(`${SERVICE} has no bucket with ${word} in its name`);
  return found;
};

export const targetIn = async (endpoint: string): Promise<Target> => {
  const admin = adminOf(endpoint);
  const { services } = await admin<CloudStatus>("GET", "/state");
  const service = services[SERVICE];
  if (service?.url === undefined)
    throw new SpikeFailure(`${SERVICE} is not deployed in ${endpoint}; npx warmstart deploy services/${SERVICE} does it`); // prettier-ignore
  const { mode } = await admin<{ mode: string }>("GET", "/clock");
  if (mode === "frozen") throw new SpikeFailure(`The clock of ${endpoint} stands still: a spike needs time`);
  return {
    endpoint,
    url: service.url,
    incoming: bucketNamed(service.buckets, "incoming"),
    results: bucketNamed(service.buckets, "results"),
    queues: async () => {
      const { queues } = await admin<{ queues: readonly Queue[] }>("GET", "/queues");
      return queues.filter(({ name }) => service.queues.includes(name));
    },
    admin,
  };
};

const pathOf = (key: string): string => key.split("/").map(encodeURIComponent).join("/");

/** PUT of an object, in the trace of this root. */
export const putObject = (
  { endpoint, incoming }: Target,
  key: string,
  { body, root }: { readonly body: Buffer; readonly root: string },
): Promise<HttpResult> =>
  send("PUT", `${endpoint}/${incoming}/${pathOf(key)}`, {
    body,
    headers: { "x-amzn-trace-id": `Root=${root};Sampled=1` },
    sign: { service: "s3" },
  });

export const getDocument = ({ url }: Target, id: string): Promise<HttpResult> =>
  send("GET", `${url}/files/${id}`, { sign: { service: "execute-api" } });

/** Asks for the file to be read anew from the first byte to the last. */
export const requestScan = ({ url }: Target, id: string): Promise<HttpResult> =>
  send("POST", `${url}/files/${id}/scan`, { body: { mode: "exact" }, sign: { service: "execute-api" } });

/** How many documents there are, by the bucket's own listing. */
export const countDocuments = async ({ endpoint, results }: Target): Promise<number> => {
  let count = 0;
  for (let token = ""; ;) {
    const query = `list-type=2&prefix=files%2F${token && `&continuation-token=${encodeURIComponent(token)}`}`;
    const { status, text } = await send("GET", `${endpoint}/${results}?${query}`, { sign: { service: "s3" } });
    if (status !== 200) throw new SpikeFailure(`listing ${results}: ${status} ${text}`);
    count += text.match(/<Key>/g)?.length ?? 0;
    token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1] ?? "";
    if (token === "") return count;
  }
};
