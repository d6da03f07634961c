// How often a FIFO queue may be called (u). Standard queues have no limit.
import type { Clock } from "../clock/clock.ts";
import { sqsError } from "./errors.ts";
import { FIFO_CALLS_PER_SECOND } from "./limits.ts";
import type { OpenQueue } from "./queues.ts";

export type ApiKind = "send" | "receive" | "delete";

/** Counts a call; throws RequestThrottled when there were too many in this second. A frozen clock has no seconds. */
export type CountCall = (queue: OpenQueue, kind: ApiKind, groupId?: string) => void;

export const createThroughput = (clock: Clock): CountCall => {
  let second = 0;
  const calls = new Map<string, number>();
  return ({ state, fifo }, kind, groupId = "") => {
    if (!fifo || clock.mode() === "frozen") return;
    const perGroup = state.attributes["FifoThroughputLimit"] === "perMessageGroupId";
    if (perGroup && kind !== "send") return; // its limit is far above what one machine can do
    const now = Math.floor(clock.now() / 1000);
    if (now !== second) calls.clear();
    second = now;
    const key = JSON.stringify([state.name, kind, perGroup ? groupId : ""]);
    const count = (calls.get(key) ?? 0) + 1;
    if (count > FIFO_CALLS_PER_SECOND) {
      throw sqsError("RequestThrottled", "Rate exceeded: the permitted number of requests per second for FIFO.");
    }
    calls.set(key, count);
  };
};
