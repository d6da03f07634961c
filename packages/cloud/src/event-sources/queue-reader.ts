// Reads one queue for one function: gathers batches, runs the function, deletes what succeeded.
import type { Timer } from "../clock/clock.ts";
import type { Ground, InvokeOutcome, Mapping } from "../ports.ts";
import { failedItems } from "./batch-result.ts";
import type { QueueMappingPorts } from "./queue-mappings.ts";
import { filterOf, recordOf, type QueueRecord } from "./queue-record.ts";

export interface QueueReader {
  readonly queueArn: string;
  /** There may be messages. */
  readonly wake: () => void;
  /** Starts no batch any more; resolves when those under way have ended. */
  readonly close: () => Promise<void>;
}

/** AWS's limit of a synchronous payload, with room for what is around the records. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024 - 1024;
/** Batches that AWS runs at the same time at first, and here at most without ScalingConfig. */
const POLLERS = 5;
/** A source that cannot be read (role, function) is tried again after this (u). */
const PAUSE_MS = 60_000;

interface Batch {
  readonly records: QueueRecord[];
  bytes: number;
}

export const createQueueReader = (ground: Ground, ports: QueueMappingPorts, mapping: Mapping): QueueReader => {
  const { clock, work, report, traces } = ground;
  const { lambda, iam } = ports;
  const { source } = ports.sqs;
  const { eventSourceArn: queueArn, functionArn, batchSize, windowSeconds } = mapping;
  const passes = filterOf(mapping);
  const most = mapping.maximumConcurrency ?? POLLERS;
  const label = `delivery of ${queueArn} to ${functionArn}`;
  const running = new Set<Promise<void>>();
  /** Messages that wait for the end of the window. */
  let gathered: Batch | undefined;
  let windowEnd: Timer | undefined;
  let pause: Timer | undefined;
  let waking = false;
  let closed = false;

  const rest = (reason: unknown): void => {
    if (closed || pause !== undefined) return;
    report(`${label} rests for ${PAUSE_MS / 1000} s`, reason);
    pause = clock.at(clock.now() + PAUSE_MS, `sqs: ${queueArn} is read again`, () => {
      pause = undefined;
      wake();
    });
  };
  /** As the function's role; a denial is kept by IAM. */
  const may = (action: string): boolean => {
    const decision = iam.decide(lambda.principalOf(functionArn), { action, resource: queueArn });
    if (!decision.allowed) rest(new Error(decision.message));
    return decision.allowed;
  };
  const remove = (records: readonly QueueRecord[]): void => {
    if (records.length === 0 || !may("sqs:DeleteMessage")) return;
    const handles = records.map(({ receiptHandle }) => receiptHandle);
    source.remove(queueArn, handles);
    ground.meter.add({ service: "sqs", unit: "requests", amount: Math.ceil(handles.length / 10) });
  };
  /** Receives into a batch what passes the filters; what does not is deleted. Answers whether there was any message. */
  const receive = (batch: Batch): boolean => {
    if (!may("sqs:ReceiveMessage")) return false;
    const wish = { limit: batchSize - batch.records.length, maxBytes: MAX_EVENT_BYTES - batch.bytes };
    const records = source.receive(queueArn, wish).map((message) => recordOf(message, queueArn));
    if (records.length === 0) return false;
    ground.meter.add({ service: "sqs", unit: "requests", amount: Math.ceil(records.length / 10) });
    const passed = records.filter(passes);
    remove(records.filter((record) => !passed.includes(record)));
    batch.records.push(...passed);
    batch.bytes += passed.reduce((sum, record) => sum + Buffer.byteLength(JSON.stringify(record)), 0);
    return true;
  };
  const addSpans = (records: readonly QueueRecord[], began: { now: number; real: number }, status: string): void => {
    for (const { attributes } of records) {
      const { AWSTraceHeader: trace, SentTimestamp } = attributes;
      if (trace === undefined) continue;
      const name = `sqs → ${functionArn.split(":function:")[1] ?? functionArn}`;
      const waitMs = Math.max(0, began.now - Number(SentTimestamp));
      const ms = performance.now() - began.real;
      traces.add({ trace, kind: "delivery", name, resource: queueArn, start: began.now, ms, waitMs, status });
    }
  };
  /** Failed messages stay hidden until their visibility time-out ends. */
  const settle = (records: readonly QueueRecord[], outcome: InvokeOutcome): void => {
    const ids = records.map(({ messageId }) => messageId);
    const failed = failedItems(outcome, ids, mapping.reportBatchItemFailures);
    if (failed === "all") return;
    remove(records.filter(({ messageId }) => !failed.has(messageId)));
  };
  const deliver = async ({ records }: Batch): Promise<void> => {
    const began = { now: clock.now(), real: performance.now() };
    const traceId = records.find(({ attributes }) => attributes["AWSTraceHeader"])?.attributes["AWSTraceHeader"];
    const payload = JSON.stringify({ Records: records });
    try {
      const outcome = await lambda.invoke({ functionName: functionArn, payload, ...(traceId && { traceId }) });
      addSpans(records, began, outcome.failed ? "error" : "ok");
      settle(records, outcome);
    } catch (error) {
      // Throttled, or the function is gone: the messages come back after their visibility time-out.
      addSpans(records, began, error instanceof Error ? error.name : "error");
    }
  };
  const run = (batch: Batch): void => {
    const done = work.track(label, deliver(batch)).finally(() => {
      running.delete(done);
      wake();
    });
    running.add(done);
  };
  const flush = (): void => {
    windowEnd?.cancel();
    const batch = gathered;
    gathered = undefined;
    if (batch !== undefined && batch.records.length > 0) run(batch);
  };
  /** Fills the open batch; it goes when it is full or its window is over. Answers whether there may be more. */
  const gather = (): boolean => {
    const batch: Batch = gathered ?? { records: [], bytes: 0 };
    if (!receive(batch)) {
      if (batch.records.length > 0 && batch.bytes > MAX_EVENT_BYTES / 2) flush(); // what waits does not fit
      return false;
    }
    if (batch.records.length === 0) return true;
    if (gathered === undefined) {
      gathered = batch;
      const label = `sqs: the batching window of ${queueArn} ends`;
      windowEnd = clock.at(clock.now() + windowSeconds * 1000, label, flush);
    }
    if (batch.records.length >= batchSize || batch.bytes >= MAX_EVENT_BYTES) flush();
    return true;
  };
  const take = (): boolean => {
    const batch: Batch = { records: [], bytes: 0 };
    if (!receive(batch)) return false;
    if (batch.records.length > 0) run(batch);
    return true;
  };
  const pump = (): void => {
    waking = false;
    try {
      const next = windowSeconds > 0 ? gather : take;
      const mayStart = (): boolean => !closed && pause === undefined && running.size < most;
      while (mayStart() && next());
    } catch (error) {
      rest(error); // the function is gone, or the queue is over its limit
    }
  };
  /** Later in this turn's end: who sends a message has not committed it yet. */
  const wake = (): void => {
    if (closed || waking || pause !== undefined) return;
    waking = true;
    void work.track(label, new Promise<void>((resolve) => setImmediate(resolve)).then(pump));
  };

  return {
    queueArn,
    wake,
    close: async () => {
      closed = true;
      windowEnd?.cancel();
      pause?.cancel();
      await Promise.all(running);
    },
  };
};
