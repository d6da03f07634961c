// Batches of one queue for one function: received and deleted with the function's role, filtered, handed over, settled.
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground, InvokeOutcome, Mapping } from "../ports.ts";
import { failedItems } from "./batch-result.ts";
import type { QueueMappingPorts } from "./queue-mappings.ts";
import { filterOf, recordOf, type QueueRecord } from "./queue-record.ts";

export interface Batch {
  records: QueueRecord[];
  bytes: number;
  /** When the first message is visible again. */
  readonly until: number;
}

/** AWS's limit of a synchronous payload, with room for what is around the records. */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024 - 1024;
/** A message has at most 1 MiB, of which JSON escapes may make twice as much. */
export const MAX_RECORD_BYTES = 2.1 * 1024 * 1024;

export interface QueueBatches {
  readonly empty: () => Batch;
  /** Adds messages that pass the filters, and deletes the others. Answers whether there was any message. */
  readonly receive: (batch: Batch) => boolean;
  /** Runs the function and deletes what succeeded; "throttled" when it could not be run now. */
  readonly deliver: (batch: Batch) => Promise<"done" | "throttled">;
}

export const createQueueBatches = (
  ground: Ground,
  { lambda, iam, sqs: { source } }: QueueMappingPorts,
  { mapping, onDenied }: { readonly mapping: Mapping; readonly onDenied: (message: string) => void },
): QueueBatches => {
  const { clock, traces, meter, report } = ground;
  const { eventSourceArn: queueArn, functionArn, batchSize } = mapping;
  const passes = filterOf(mapping);

  /** IAM keeps a denial. */
  const may = (action: string): boolean => {
    const decision = iam.decide(lambda.principalOf(functionArn), { action, resource: queueArn });
    if (!decision.allowed) onDenied(decision.message);
    return decision.allowed;
  };
  /** AWS bills the calls that Lambda makes for a mapping: of ten messages each. */
  const bill = (messages: number): void =>
    meter.add({ service: "sqs", unit: "requests", amount: Math.ceil(messages / 10) });
  const remove = (records: readonly QueueRecord[]): void => {
    if (records.length === 0 || !may("sqs:DeleteMessage")) return;
    source.remove(
      queueArn,
      records.map(({ receiptHandle }) => receiptHandle),
    );
    bill(records.length);
  };
  /** Failed messages stay hidden until their visibility time-out ends. */
  const settle = (records: readonly QueueRecord[], outcome: InvokeOutcome): void => {
    const ids = records.map(({ messageId }) => messageId);
    const failed = failedItems(outcome, ids, mapping.reportBatchItemFailures);
    if (failed !== "all") remove(records.filter(({ messageId }) => !failed.has(messageId)));
  };
  const addSpans = (records: readonly QueueRecord[], began: { now: number; real: number }, status: string): void => {
    const name = `sqs → ${functionArn.split(":function:")[1] ?? functionArn}`;
    const span = { kind: "delivery", name, resource: queueArn, start: began.now, status } as const;
    const ms = performance.now() - began.real;
    for (const { attributes } of records) {
      const { AWSTraceHeader: trace, SentTimestamp } = attributes;
      if (trace !== undefined)
        traces.add({ ...span, trace, ms, waitMs: Math.max(0, began.now - Number(SentTimestamp)) });
    }
  };
  /**
   * An event of a recursive loop can never succeed: it fails on to the dead-letter queue, or without one is dropped.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  const takeLoop = (batch: Batch, traceId: string | undefined): void => {
    const { loop = [], rest = [] } = Object.groupBy(batch.records, ({ attributes }) =>
      attributes["AWSTraceHeader"] === traceId ? "loop" : "rest",
    );
    batch.records = rest;
    if (source.find(queueArn)?.deadLetters) return;
    report(`${loop.length} messages of ${queueArn} are dropped: ${functionArn} is in a recursive loop`);
    remove(loop);
  };
  const deliver: QueueBatches["deliver"] = async (batch) => {
    const { records } = batch;
    const began = { now: clock.now(), real: performance.now() };
    const traceId = records.find(({ attributes }) => attributes["AWSTraceHeader"])?.attributes["AWSTraceHeader"];
    const payload = JSON.stringify({ Records: records });
    try {
      const outcome = await lambda.invoke({ functionName: functionArn, payload, ...(traceId && { traceId }) });
      addSpans(records, began, outcome.failed ? "error" : "ok");
      settle(records, outcome);
    } catch (error) {
      // Also when the function is gone: the messages come back after their visibility time-out.
      addSpans(records, began, error instanceof Error ? error.name : "error");
      const code = error instanceof AwsError ? error.code : undefined;
      if (code === "TooManyRequestsException") return "throttled";
      if (code !== "RecursiveInvocationException") return "done";
      takeLoop(batch, traceId);
      if (batch.records.length > 0) return await deliver(batch);
    }
    return "done";
  };

  return {
    empty: () => {
      const { visibilitySeconds = 0 } = source.find(queueArn) ?? {};
      return { records: [], bytes: 0, until: clock.now() + visibilitySeconds * 1000 };
    },
    receive: (batch) => {
      if (!may("sqs:ReceiveMessage")) return false;
      const wish = { limit: batchSize - batch.records.length, maxBytes: MAX_EVENT_BYTES - batch.bytes };
      const records = source.receive(queueArn, wish).map((message) => recordOf(message, queueArn));
      if (records.length === 0) return false;
      bill(records.length);
      const passed = new Set(records.filter(passes));
      remove(records.filter((record) => !passed.has(record)));
      batch.records.push(...passed);
      for (const record of passed) batch.bytes += Buffer.byteLength(JSON.stringify(record));
      return true;
    },
    deliver,
  };
};
