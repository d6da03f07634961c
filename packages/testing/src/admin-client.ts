// The admin API of a cloud, and signed calls to its services, as the kit uses them.
import { DEVELOPER_KEYS, send } from "./http-client.ts";

export interface AdminClient {
  readonly ask: <T>(method: string, path: string, body?: object) => Promise<T>;
  /** An action of a service with a JSON protocol, as the developer: `call("dynamodb", "DynamoDB_20120810.Scan", …)`. */
  readonly call: (service: string, target: string, input: object) => Promise<Record<string, unknown>>;
}

const contentTypeOf = (target: string): string =>
  /^(DynamoDB|AmazonSQS)/.test(target) ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";

/** `now` is the cloud's time: with two clouds open, `Date` follows the later one. */
export const adminClient = (endpoint: string, now: () => number): AdminClient => ({
  ask: async <T>(method: string, path: string, body?: object) => {
    const { status, json, text } = await send(method, `${endpoint}/_warmstart/v1${path}`, { body });
    if (status < 300) return json as T; // the admin API's own shape for this route
    throw new Error(
      (json as { detail?: string } | undefined)?.detail ?? `${method} ${path} answered ${status}: ${text}`,
    );
  },
  call: async (service, target, input) => {
    const headers = { "content-type": contentTypeOf(target), "x-amz-target": target };
    const body = JSON.stringify(input);
    const { status, json, text } = await send("POST", `${endpoint}/`, {
      headers,
      body,
      sign: { service, keys: DEVELOPER_KEYS, now: now() },
    });
    if (status < 300) return json as Record<string, unknown>; // AWS JSON answers are objects
    throw new Error(`${target} answered ${status}: ${text}`);
  },
});
