// The wrapper of a function that S3 tells of new objects.
import type { SQSBatchResponse } from "aws-lambda";
import { allOf, eachCarried } from "../carrier/each-carried.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";
import { correlationOf, objectsOf, type CreatedObject } from "./s3-records.ts";

export interface ObjectCreatedAccept {
  /** Objects outside of it are skipped with a log line: a second guard against the endless loop of one bucket. */
  readonly prefix?: string;
}

export interface ObjectCreatedInput extends Call {
  readonly object: CreatedObject;
}

/**
 * For each object that S3 says was created, directly, through SNS, SQS or both. S3 delivers at least once and in no
 * order: make the effect idempotent (`sequencer` orders the versions of one key). Throws, or from SQS fails the message.
 */
export const objectCreated = (
  accept: ObjectCreatedAccept,
  fn: (input: ObjectCreatedInput) => Promise<void> | void,
): Handler<unknown, SQSBatchResponse | undefined> =>
  trigger<unknown, SQSBatchResponse | undefined>({
    collect: createMetrics,
    names: (event) => ({ correlationId: correlationOf(event) }),
    run: async (event, call) =>
      eachCarried(event, call, async (payload, own) =>
        allOf(objectsOf(payload, own.log), async (object) => {
          if (object.key.startsWith(accept.prefix ?? "")) await fn(extendCall(own, { object }));
          else own.log.warn("Skipped an object outside of the prefix", { key: object.key, prefix: accept.prefix });
        }),
      ),
    seal: (result, _event, open) => {
      open.close();
      return result;
    },
  });
