// How fast a target answers: one request after the other, or over many connections at once.
import { type Connection, openConnection, requestBytes, type Target } from "./connection.ts";

export type { Target } from "./connection.ts";

const send = async (connection: Connection, request: Buffer, { url }: Target): Promise<void> => {
  const status = await connection.ask(request);
  if (status !== 200) throw new Error(`${url} answered ${status}`);
};

/** Milliseconds of each of `count` requests, one after the other on one connection. */
export const oneByOne = async (target: Target, count: number): Promise<readonly number[]> => {
  const connection = await openConnection(target.url);
  const request = requestBytes(target);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await send(connection, request, target);
    times.push(performance.now() - started);
  }
  connection.close();
  return times;
};

/** Requests per second over `connections`, for `count` requests in all. */
export const atOnce = async (
  target: Target,
  { connections, count }: { connections: number; count: number },
): Promise<number> => {
  const request = requestBytes(target);
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(target.url)));
  let left = count;
  const started = performance.now();
  const work = async (connection: Connection): Promise<void> => {
    while (left-- > 0) await send(connection, request, target);
  };
  await Promise.all(open.map(work));
  const seconds = (performance.now() - started) / 1000;
  for (const connection of open) connection.close();
  return count / seconds;
};

/** Value below which `share` of the values lie. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Waits until a URL answers 200, for at most a minute. */
export const firstAnswer = async (target: Target): Promise<void> => {
  const end = performance.now() + 60_000;
  for (;;) {
    try {
      await oneByOne(target, 1);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};
