// The wrapper of a function that a queue feeds.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { SQSBatchResponse } from "aws-lambda";
import { isFields, recordsFrom } from "../carrier/carrier.ts";
import { eachMessage } from "../carrier/each-message.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { validated, type Schema } from "../schema/validate.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { throwIfLate } from "../trigger/deadline.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";

export interface QueueAccept<M extends Schema> {
  /** Of the body's JSON, without the envelopes of SNS and EventBridge. */
  readonly message: M;
  /** Messages of a batch at work at once, default 1; those of one FIFO group always follow each other. */
  readonly concurrency?: number;
}

export interface QueueInput<T> extends Call {
  readonly message: T;
  readonly messageId: string;
  /** For `ChangeMessageVisibility`, where the message itself says when to try again. */
  readonly receiptHandle: string;
  /** 1 at the first try. */
  readonly receiveCount: number;
}

/**
 * For each message of an SQS batch. What throws, or does not fit the schema, fails alone: it returns after the
 * visibility timeout and lands in the dead-letter queue after `maxReceiveCount`. SQS delivers at least once: make the
 * effect idempotent. The mapping needs `functionResponseType: ReportBatchItemFailures`.
 */
export const queue = <M extends Schema>(
  { message: schema, concurrency }: QueueAccept<M>,
  fn: (input: QueueInput<StandardSchemaV1.InferOutput<M>>) => Promise<void> | void,
): Handler<unknown, SQSBatchResponse> =>
  trigger<unknown, SQSBatchResponse>({
    collect: createMetrics,
    run: async (event, call) => {
      const records = recordsFrom("aws:sqs", event);
      if (!records) throw new TypeError("Not an SQS event");
      return eachMessage(
        records,
        call,
        async (payload, own, { messageId, receiptHandle, attributes }) => {
          throwIfLate(own.remainingMilliseconds);
          const message = await validated(schema, payload, "the message");
          const received = isFields(attributes) ? Number(attributes["ApproximateReceiveCount"]) : 1;
          const names = { messageId: String(messageId), receiptHandle: String(receiptHandle) };
          await fn(extendCall(own, { message, ...names, receiveCount: received }));
        },
        concurrency,
      );
    },
    seal: (result, _event, open) => {
      open.close();
      return result;
    },
  });
