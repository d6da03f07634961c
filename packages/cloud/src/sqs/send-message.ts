// SendMessage, SendMessageBatch, and sending for other services.
import type { Action, Call, Input, Principal } from "../gateway/service.ts";
import type { AccountIam, Ground } from "../ports.ts";
import { eachEntry, readEntries } from "./batches.ts";
import { invalidParameter, sqsError } from "./errors.ts";
import { MAX_BATCH_BYTES } from "./limits.ts";
import {
  makeContent,
  messageBytes,
  readAttributes,
  readBody,
  readDelay,
  readTraceHeader,
  type MessageAttributes,
  type MessageContent,
} from "./message.ts";
import { honour, queueOf, settingSeconds } from "./parameters.ts";
import type { OpenQueue, Queues } from "./queues.ts";

export interface Outgoing {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delaySeconds?: number | undefined;
  readonly traceHeader?: string | undefined;
}

export type Send = (queue: OpenQueue, message: Outgoing, principal: Principal) => MessageContent;

/** Checks a message against its queue's limit and stores it. */
export const createSend =
  (queues: Queues, clock: Ground["clock"], userId: AccountIam["userId"]): Send =>
  (queue, { body, attributes, delaySeconds, traceHeader }, principal) => {
    const limit = settingSeconds(queue, "MaximumMessageSize");
    if (messageBytes(body, attributes) > limit) {
      throw invalidParameter(
        `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    const sentAt = clock.now();
    const senderId = userId(principal) ?? (principal.kind === "service" ? principal.name : "anonymous");
    const content = makeContent(body, attributes, { senderId, sentAt, traceHeader });
    const delay = delaySeconds ?? settingSeconds(queue, "DelaySeconds");
    queues.addMessage(queue, content, sentAt + delay * 1000);
    return content;
  };

const ENTRY = ["MessageBody", "DelaySeconds", "MessageAttributes", "MessageSystemAttributes"];

const readMessage = (input: Input, traceId: string | undefined): Outgoing => ({
  body: readBody(input["MessageBody"]),
  attributes: readAttributes(input["MessageAttributes"]),
  delaySeconds: readDelay(input),
  traceHeader: readTraceHeader(input) ?? traceId,
});

const shown = ({ id, bodyMd5, attributesMd5 }: MessageContent): object => ({
  MessageId: id,
  MD5OfMessageBody: bodyMd5,
  ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
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

export const sendActions = (queues: Queues, send: Send): Readonly<Record<string, Action>> => ({
  SendMessage: ({ input, principal, traceId }: Call) => {
    honour(input, ["QueueUrl", ...ENTRY]);
    return shown(send(queueOf(queues, input), readMessage(input, traceId), principal));
  },
  SendMessageBatch: ({ input, principal, traceId }: Call) => {
    honour(input, ["QueueUrl", "Entries"]);
    const queue = queueOf(queues, input);
    const entries = readEntries(input);
    for (const entry of entries) honour(entry, ["Id", ...ENTRY]);
    refuseLongBatch(entries);
    return queues.transaction(() =>
      eachEntry(entries, (entry) => shown(send(queue, readMessage(entry, traceId), principal))),
    );
  },
});
