// A queue as event source mappings read it: whole batches, and messages in the shape that functions get them.
import type { MessageAttributes, MessageContent } from "./message.ts";
import { removeByHandle } from "./delete-message.ts";
import { settingSeconds } from "./parameters.ts";
import type { SqsParts } from "./parts.ts";
import { handleOf } from "./receipt.ts";
import { systemAttributes, type Received, type Take } from "./receive.ts";

/** A message in a function's event, without what the source says about itself. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, object>>;
  readonly md5OfMessageAttributes?: string;
  readonly md5OfBody: string;
}

export interface BatchWish {
  readonly limit: number;
  /** Most bytes of JSON that all messages together may have, roughly. */
  readonly maxBytes: number;
}

export interface QueueSource {
  readonly find: (
    queueArn: string,
  ) => { readonly visibilitySeconds: number; readonly deadLetters: boolean } | undefined;
  /** Receives for the queue's visibility time-out; of a FIFO queue messages of one group. None when there is no queue. */
  readonly receive: (queueArn: string, wish: BatchWish) => readonly QueueMessage[];
  readonly remove: (queueArn: string, receiptHandles: readonly string[]) => void;
}

/** Message attributes as a function's event spells them; binary values are base64. */
const recordAttributes = (attributes: MessageAttributes): QueueMessage["messageAttributes"] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );

const asMessage = (received: Received): QueueMessage => {
  const { content, delivery } = received;
  return {
    messageId: content.id,
    receiptHandle: handleOf(delivery),
    body: content.body,
    attributes: systemAttributes(received),
    messageAttributes: recordAttributes(content.attributes),
    ...(content.attributesMd5 !== undefined && { md5OfMessageAttributes: content.attributesMd5 }),
    md5OfBody: content.bodyMd5,
  };
};

/** Ids, handle, timestamps, ARNs and names of members. */
const ENVELOPE_BYTES = 2048;

const jsonBytes = ({ body, attributes }: MessageContent): number =>
  Buffer.byteLength(JSON.stringify(body)) + Buffer.byteLength(JSON.stringify(attributes)) + ENVELOPE_BYTES;

export const createSource = (parts: SqsParts, take: Take): QueueSource => {
  const { queues } = parts;
  return {
    find: (queueArn) => {
      const queue = queues.findByArn(queueArn);
      const deadLetters = queue?.redrive !== undefined;
      return queue && { visibilitySeconds: settingSeconds(queue, "VisibilityTimeout"), deadLetters };
    },
    receive: (queueArn, { limit, maxBytes }) => {
      const queue = queues.findByArn(queueArn);
      if (queue === undefined) return [];
      let bytes = 0;
      const fits = (content: MessageContent): boolean => {
        bytes += jsonBytes(content);
        return bytes <= maxBytes;
      };
      const visibilityMs = settingSeconds(queue, "VisibilityTimeout") * 1000;
      return take(queue, { limit, visibilityMs, oneGroup: true, fits }).map(asMessage);
    },
    remove: (queueArn, receiptHandles) => {
      const queue = queues.findByArn(queueArn);
      if (queue === undefined) return;
      queues.transaction(() => {
        for (const handle of receiptHandles) removeByHandle(parts, queue, handle);
      });
    },
  };
};
