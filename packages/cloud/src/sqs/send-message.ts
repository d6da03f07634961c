// SendMessage, SendMessageBatch, and sending for other services.
import type { Action, Call, Input, Principal } from "../gateway/service.ts";
import type { AccountIam } from "../ports.ts";
import { eachEntry, readEntries } from "./batches.ts";
import { invalidParameter, sqsError, wrongQueueType } from "./errors.ts";
import { MAX_BATCH_BYTES, MAX_DELAY_SECONDS } from "./limits.ts";
import {
  contentId,
  makeContent,
  messageBytes,
  readAttributes,
  readBody,
  readToken,
  readTraceHeader,
  type MessageAttributes,
  type MessageContent,
} from "./message.ts";
import { honour, honours, numberIn, queueOf, settingSeconds } from "./parameters.ts";
import type { SqsParts } from "./parts.ts";
import type { OpenQueue } from "./queues.ts";

export interface Outgoing {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delaySeconds?: number | undefined;
  readonly traceHeader?: string | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

export type Send = (queue: OpenQueue, message: Outgoing, principal: Principal) => MessageContent;

/** Group and deduplication id as this kind of queue wants them. Standard queues take a group too: fair queues. */
const identityOf = (queue: OpenQueue, { body, groupId, deduplicationId, delaySeconds }: Outgoing) => {
  if (!queue.fifo) {
    if (deduplicationId !== undefined) throw wrongQueueType("MessageDeduplicationId", deduplicationId);
    return groupId === undefined ? {} : { groupId };
  }
  if (delaySeconds !== undefined && delaySeconds > 0) throw wrongQueueType("DelaySeconds", delaySeconds);
  if (groupId === undefined)
    throw sqsError("MissingParameter", "The request must contain the parameter MessageGroupId.");
  const byContent = queue.state.attributes["ContentBasedDeduplication"] === "true";
  if (deduplicationId === undefined && !byContent) {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: deduplicationId ?? contentId(body) };
};

/** Checks a message against its queue's limit and stores it; a duplicate on a FIFO queue is answered as the first was. */
export const createSend = ({ queues, ground, deduplication, metric }: SqsParts, userId: AccountIam["userId"]): Send => {
  const store = (queue: OpenQueue, content: MessageContent, delaySeconds: number | undefined): MessageContent => {
    const twin = queue.fifo ? deduplication.find(queue, content) : undefined;
    if (twin !== undefined) return { ...content, ...twin };
    const delay = delaySeconds ?? settingSeconds(queue, "DelaySeconds");
    return queues.transaction(() => {
      const stored = queues.addMessage(queue, content, { visibleAt: content.sentAt + delay * 1000 });
      if (queue.fifo) deduplication.remember(queue, stored);
      return stored;
    });
  };
  return (queue, message, principal) => {
    const { body, attributes, delaySeconds, traceHeader } = message;
    const limit = settingSeconds(queue, "MaximumMessageSize");
    const bytes = messageBytes(body, attributes);
    if (bytes > limit) {
      throw invalidParameter(
        `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    const content = makeContent(body, attributes, {
      senderId: userId(principal) ?? (principal.kind === "service" ? principal.name : "anonymous"),
      sentAt: ground.clock.now(),
      ...(traceHeader !== undefined && { traceHeader }),
      ...identityOf(queue, message),
    });
    const stored = store(queue, content, delaySeconds);
    metric(queue, "NumberOfMessagesSent", 1);
    metric(queue, "SentMessageSize", bytes);
    return stored;
  };
};

const MESSAGE = [
  "MessageBody",
  "DelaySeconds",
  "MessageAttributes",
  "MessageSystemAttributes",
  "MessageGroupId",
  "MessageDeduplicationId",
];

const readMessage = (input: Input, traceId: string | undefined): Outgoing => ({
  body: readBody(input["MessageBody"]),
  attributes: readAttributes(input["MessageAttributes"]),
  delaySeconds: numberIn(input, "DelaySeconds", [0, MAX_DELAY_SECONDS], undefined),
  traceHeader: readTraceHeader(input) ?? traceId,
  groupId: readToken(input, "MessageGroupId"),
  deduplicationId: readToken(input, "MessageDeduplicationId"),
});

const shown = ({ id, bodyMd5, attributesMd5, sequenceNumber }: MessageContent): object => ({
  MessageId: id,
  MD5OfMessageBody: bodyMd5,
  ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
  ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
});

const refuseLongBatch = (entries: readonly Input[]): void => {
  const bytes = entries.reduce((sum, entry) => {
    const body = typeof entry["MessageBody"] === "string" ? entry["MessageBody"] : "";
    return sum + messageBytes(body, {});
  }, 0);
  if (bytes <= MAX_BATCH_BYTES) return;
  const message = `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`;
  throw sqsError("BatchRequestTooLong", message);
};

export const sendActions = ({ queues }: SqsParts, send: Send): Readonly<Record<string, Action>> => ({
  SendMessage: honours(["QueueUrl", ...MESSAGE], ({ input, principal, traceId }: Call) => {
    const queue = queueOf(queues, input);
    return shown(send(queue, readMessage(input, traceId), principal));
  }),
  SendMessageBatch: honours(["QueueUrl", "Entries"], ({ input, principal, traceId }: Call) => {
    const queue = queueOf(queues, input);
    const entries = readEntries(input);
    for (const entry of entries) honour(entry, ["Id", ...MESSAGE]);
    refuseLongBatch(entries);
    return queues.transaction(() =>
      eachEntry(entries, (entry) => shown(send(queue, readMessage(entry, traceId), principal))),
    );
  }),
});
