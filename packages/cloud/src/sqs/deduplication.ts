// FIFO queues take a message once: its deduplication id is remembered for five minutes, also when it was deleted.
import type { Ground } from "../ports.ts";
import { DEDUPLICATION_MS } from "./limits.ts";
import type { MessageContent } from "./message.ts";
import type { OpenQueue } from "./queues.ts";

type Twin = Pick<MessageContent, "id" | "sequenceNumber">;

export interface Deduplication {
  /** The message that was accepted with this id. */
  readonly find: (queue: OpenQueue, content: MessageContent) => Twin | undefined;
  readonly remember: (queue: OpenQueue, content: MessageContent) => void;
}

const keyOf = ({ state }: OpenQueue, { deduplicationId }: MessageContent): string =>
  JSON.stringify([state.name, state.createdAt, deduplicationId]);

/** Lives in the store alone: a transaction that is rolled back takes its ids back too. */
export const createDeduplication = ({ store, clock }: Pick<Ground, "store" | "clock">): Deduplication => {
  const table = store.table<Twin & { readonly until: number }>("sqs_deduplications");
  /** Oldest first, for the clean-up. */
  const kept = table.list().map(([key, { until }]) => ({ key, until })).toSorted((a, b) => a.until - b.until); // prettier-ignore

  const sweep = (): void => {
    const now = clock.now();
    const expired = kept.findIndex(({ until }) => until > now);
    for (const { key } of kept.splice(0, expired < 0 ? kept.length : expired)) {
      if ((table.get(key)?.until ?? 0) <= now) table.remove(key);
    }
  };
  return {
    find: (queue, content) => {
      const twin = table.get(keyOf(queue, content));
      return twin !== undefined && twin.until > clock.now() ? twin : undefined;
    },
    remember: (queue, content) => {
      sweep();
      const key = keyOf(queue, content);
      const until = clock.now() + DEDUPLICATION_MS;
      const { id, sequenceNumber } = content;
      table.put(key, { id, until, ...(sequenceNumber !== undefined && { sequenceNumber }) });
      kept.push({ key, until });
    },
  };
};
