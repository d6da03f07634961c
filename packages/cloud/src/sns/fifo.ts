// FIFO topics: message groups, deduplication over five minutes, sequence numbers.
import { createHash } from "node:crypto";
import type { Ground } from "../ports.ts";
import { invalid } from "./errors.ts";
import { DEDUPLICATION_MS, SEQUENCE_START } from "./limits.ts";
import type { Message } from "./message.ts";
import type { Topic } from "./topics.ts";

export interface Published {
  readonly MessageId: string;
  readonly SequenceNumber?: string | undefined;
}

/** Deduplication and sequence numbers of FIFO topics. */
export const createFifo = ({ store, clock }: Ground) => {
  const seen = store.table<Published & { readonly until: number }>("sns_deduplication");
  const sequences = store.table<string>("sns_sequences");
  /** Ids by the time they end, so that the oldest are dropped without a look at the others. */
  const order = new Map(seen.list().toSorted(([, a], [, b]) => a.until - b.until).map(([key, { until }]) => [key, until])); // prettier-ignore
  const prune = (): void => {
    for (const [key, until] of order) {
      if (until > clock.now()) return;
      order.delete(key);
      seen.remove(key);
    }
  };
  return {
    /** What an earlier message with this id got. */
    find: (arn: string, id: string): Published | undefined => {
      prune();
      const { until: _until, ...published } = seen.get(`${arn}/${id}`) ?? { until: 0 };
      return "MessageId" in published ? published : undefined;
    },
    next: (arn: string): string => {
      const number = String(BigInt(sequences.get(arn) ?? SEQUENCE_START) + 1n);
      sequences.put(arn, number);
      return number;
    },
    remember: (arn: string, id: string, published: Published): void => {
      const until = clock.now() + DEDUPLICATION_MS;
      seen.put(`${arn}/${id}`, { ...published, until });
      order.set(`${arn}/${id}`, until);
    },
  };
};

/** Group and deduplication id that a FIFO topic needs; throws InvalidParameter where one is missing or not allowed. */
export const idsOf = (
  topic: Topic,
  message: Message,
): { readonly groupId: string; readonly deduplicationId: string } | undefined => {
  const { MessageGroupId: groupId, MessageDeduplicationId: given, Message: text } = message;
  if (!topic.fifo) {
    if (given !== undefined) throw invalid("MessageDeduplicationId Reason: the topic is not FIFO");
    return undefined;
  }
  if (groupId === undefined) throw invalid("The MessageGroupId parameter is required for FIFO topics");
  const byContent = topic.attributes["ContentBasedDeduplication"] === "true";
  if (given === undefined && !byContent) {
    throw invalid(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  for (const id of [groupId, given ?? "x"]) {
    if (!/^[!-~]{1,128}$/.test(id))
      throw invalid("MessageGroupId and MessageDeduplicationId have 1 to 128 printable characters");
  }
  return { groupId, deduplicationId: given ?? createHash("sha256").update(text).digest("hex") };
};
