// The wrapper of a function that reads a DynamoDB stream.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { DynamoDBBatchResponse } from "aws-lambda";
import { isFields, recordsFrom, type Fields } from "../carrier/carrier.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { validated, type Schema } from "../schema/validate.ts";
import { callOf, extendCall, type Call } from "../trigger/call.ts";
import { throwIfLate } from "../trigger/deadline.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";
import { unmarshall } from "./unmarshall.ts";

export interface StreamAccept<I extends Schema> {
  /** Of both images, unmarshalled. Filter records of other kinds away in serverless.yml, or accept them as a variant. */
  readonly image: I;
}

/** A change of an item; which images there are is the table's `StreamViewType`. */
export interface StreamInput<T> extends Call {
  readonly change: "INSERT" | "MODIFY" | "REMOVE";
  readonly old: T | undefined;
  readonly new: T | undefined;
  readonly keys: Readonly<Record<string, unknown>>;
  /** Rises within one item's changes. */
  readonly sequenceNumber: string;
}

const CHANGES = { INSERT: "INSERT", MODIFY: "MODIFY", REMOVE: "REMOVE" } as const;

const readRecord = async <I extends Schema>(
  schema: I,
  { eventName, dynamodb }: Fields,
): Promise<Omit<StreamInput<StandardSchemaV1.InferOutput<I>>, keyof Call>> => {
  const change = Object.values(CHANGES).find((name) => name === eventName);
  if (!isFields(dynamodb) || !change) throw new TypeError("Not a record of a DynamoDB stream");
  const { OldImage, NewImage, Keys, SequenceNumber } = dynamodb;
  const old = OldImage === undefined ? undefined : await validated(schema, unmarshall(OldImage), "the old image");
  const image = NewImage === undefined ? undefined : await validated(schema, unmarshall(NewImage), "the new image");
  return { change, old, new: image, keys: unmarshall(Keys), sequenceNumber: String(SequenceNumber) };
};

const sequenceOf = ({ dynamodb }: Fields): string =>
  String(isFields(dynamodb) ? dynamodb["SequenceNumber"] : undefined);

/**
 * For each record of a DynamoDB stream, in its order. The first that throws or does not fit ends the batch: it and what
 * follows come again, nothing before it. The mapping needs `functionResponseType: ReportBatchItemFailures`, and a limit
 * of retries with a failure destination, or one bad record holds its shard up for a day.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export const stream = <I extends Schema>(
  { image: schema }: StreamAccept<I>,
  fn: (input: StreamInput<StandardSchemaV1.InferOutput<I>>) => Promise<void> | void,
): Handler<unknown, DynamoDBBatchResponse> =>
  trigger<unknown, DynamoDBBatchResponse>({
    collect: createMetrics,
    run: async (event, call) => {
      const records = recordsFrom("aws:dynamodb", event);
      if (!records) throw new TypeError("Not an event of a DynamoDB stream");
      for (const record of records) {
        const own = callOf(call, undefined, { sequence_number: sequenceOf(record) });
        try {
          throwIfLate(own.remainingMilliseconds);
          await fn(extendCall(own, await readRecord(schema, record)));
        } catch (error) {
          own.log.error("A record failed", { error });
          return { batchItemFailures: [{ itemIdentifier: sequenceOf(record) }] };
        }
      }
      return { batchItemFailures: [] };
    },
    seal: (result, _event, open) => {
      open.close();
      return result;
    },
  });
