// Receiving: takes visible messages, moves poison ones to the dead-letter queue, and hides the others for a while.
import { sqsError } from "./errors.ts";
import { MAX_IN_FLIGHT } from "./limits.ts";
import type { MessageContent } from "./message.ts";
import type { SqsParts } from "./parts.ts";
import type { Delivery } from "./queue.ts";
import type { OpenQueue } from "./queues.ts";
import { newReceipt } from "./receipt.ts";

export interface Received {
  readonly content: MessageContent;
  readonly delivery: Delivery;
}

export interface TakeOptions {
  readonly limit: number;
  readonly visibilityMs: number;
  /** Only messages of one group of a FIFO queue. */
  readonly oneGroup?: boolean;
  /** Asked in order; the first message that does not fit ends the batch. */
  readonly fits?: (content: MessageContent) => boolean;
}

export type Take = (queue: OpenQueue, options: TakeOptions) => readonly Received[];

/** The time in a dead-letter queue begins at the move for FIFO queues, and at the sending for others (AWS's rule). */
const moveToDeadLetters = (
  { queues, ground }: SqsParts,
  { from, to, delivery }: { from: OpenQueue; to: OpenQueue; delivery: Delivery },
): void => {
  const content = queues.contentOf(delivery);
  const movedAt = ground.clock.now();
  queues.transaction(() => {
    queues.removeMessages(from, [delivery.key]);
    if (content === undefined) return;
    const { visibleAt, receiveCount } = delivery;
    queues.addMessage(to, { ...content, deadLetterSourceArn: from.arn }, { visibleAt, receiveCount, movedAt });
  });
};

export const createTake = (parts: SqsParts): Take => {
  const { ground, queues, metric } = parts;
  const { clock, faults } = ground;

  /** Moves poison messages away; answers whether there were any. */
  const redrive = (queue: OpenQueue, found: readonly Delivery[]): boolean => {
    if (queue.redrive === undefined) return false;
    const { maxReceiveCount, deadLetterTargetArn } = queue.redrive;
    const to = queues.findByArn(deadLetterTargetArn);
    const poison = found.filter(({ receiveCount }) => receiveCount >= maxReceiveCount);
    if (to === undefined || poison.length === 0) return false;
    for (const delivery of poison) moveToDeadLetters(parts, { from: queue, to, delivery });
    return true;
  };
  const strikes = (queue: OpenQueue, kind: "duplicate" | "reorder"): boolean =>
    !queue.fifo && faults.strike([kind], { service: "sqs", action: "Deliver", resource: queue.arn }) !== undefined;
  /** A fault may let later messages pass a message at its first receive. */
  const overtake = (queue: OpenQueue, found: readonly Delivery[]): boolean => {
    const late = found.filter(({ receiveCount }) => receiveCount === 0 && strikes(queue, "reorder"));
    for (const { key } of late) queue.messages.postpone(key);
    return late.length > 0;
  };
  const choose = (queue: OpenQueue, options: TakeOptions): readonly Delivery[] => {
    let found = queue.messages.visible(options.limit, options);
    while (redrive(queue, found)) found = queue.messages.visible(options.limit, options);
    return overtake(queue, found) ? queue.messages.visible(options.limit, options) : found;
  };
  /** With their contents, as many as fit. A message without one was sent in a transaction that came to nothing. */
  const open = (queue: OpenQueue, options: TakeOptions): readonly Received[] => {
    const opened: Received[] = [];
    const lost: string[] = [];
    for (const delivery of choose(queue, options)) {
      const content = queues.contentOf(delivery);
      if (content === undefined) lost.push(delivery.key);
      else if (options.fits?.(content) === false) break;
      else opened.push({ content, delivery });
    }
    if (lost.length > 0) queues.removeMessages(queue, lost);
    return opened.length === 0 && lost.length > 0 ? open(queue, options) : opened;
  };
  return (queue, options) => {
    const opened = open(queue, options);
    if (opened.length === 0) {
      metric(queue, "NumberOfEmptyReceives", 1);
      return [];
    }
    if (queue.messages.hidden() >= MAX_IN_FLIGHT && queue.messages.counts().inFlight >= MAX_IN_FLIGHT) {
      throw sqsError("OverLimit", "The maximum number of in flight messages is reached.");
    }
    const now = clock.now();
    const taken = opened.map(({ content, delivery }): Received => {
      const again = delivery.receiveCount === 0 && strikes(queue, "duplicate");
      return {
        content,
        delivery: {
          ...delivery,
          visibleAt: again ? now : now + options.visibilityMs,
          receiveCount: delivery.receiveCount + 1,
          firstReceivedAt: delivery.firstReceivedAt ?? now,
          lastReceivedAt: now,
          receipt: newReceipt(),
        },
      };
    });
    const deliveries = taken.map(({ delivery }) => delivery);
    queues.updateMessages(queue, deliveries);
    metric(queue, "NumberOfMessagesReceived", taken.length);
    return taken;
  };
};

/** What SQS itself says about a message, to receivers and to functions. */
export const systemAttributes = ({ content, delivery }: Received): Readonly<Record<string, string>> => {
  const { traceHeader, groupId, deduplicationId, sequenceNumber, deadLetterSourceArn } = content;
  return {
    SenderId: content.senderId,
    SentTimestamp: String(content.sentAt),
    ApproximateReceiveCount: String(delivery.receiveCount),
    ApproximateFirstReceiveTimestamp: String(delivery.firstReceivedAt),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  };
};
