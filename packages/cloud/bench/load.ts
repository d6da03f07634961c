// A client that measures: one request after the other, or many connections at once.
import { Agent, request } from "node:http";

export interface Target {
  readonly url: string;
  readonly body: string;
}

const send = (agent: Agent, { url, body }: Target): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const outgoing = request(url, { agent, method: "POST", headers }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

/** Milliseconds of each of `count` requests, one after the other on one connection. */
export const oneByOne = async (target: Target, count: number): Promise<readonly number[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await send(agent, target);
    times.push(performance.now() - started);
  }
  agent.destroy();
  return times;
};

/** Requests per second over `connections`, for `count` requests in all. */
export const atOnce = async (
  target: Target,
  { connections, count }: { connections: number; count: number },
): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (left-- > 0) await send(agent, target);
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return (count / (performance.now() - started)) * 1000;
};

/** Value below which `share` of the values lie. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Waits until a URL answers 200, for at most a minute. */
export const firstAnswer = async (target: Target): Promise<void> => {
  const agent = new Agent({ keepAlive: false });
  const end = performance.now() + 60_000;
  for (;;) {
    try {
      await send(agent, target);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};
