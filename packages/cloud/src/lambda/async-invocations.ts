// Asynchronous invocations: accepted durably, tried again after 1 and 2 minutes, then handed to the failure destination
// and the dead-letter queue. An invocation that a dying cloud interrupted is run again by the next start.
import { randomUUID } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import type { Deliver, Delivery, Ground, InvokeOutcome, InvokeRequest } from "../ports.ts";
import { toDeadLetters, toDestination, type Settled } from "./destinations.ts";
import { ASYNC, LIMITS } from "./limits.ts";
import { type FunctionModel, type FunctionRecord, qualifierOf } from "./model.ts";
import { isLoop } from "./recursion.ts";
import type { RunRequest } from "./run.ts";
import type { FunctionMetric, Statistics } from "./statistics.ts";

interface Event {
  readonly id: string;
  /** That of another event which this one doubles. */
  readonly requestId?: string;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly payload: string;
  readonly traceId?: string;
  readonly acceptedAt: number;
  /** Attempts that ran. */
  readonly attempts: number;
  readonly throttles: number;
  /** Not before this time of the cloud. */
  readonly notBefore: number;
}

export interface AsyncOptions {
  readonly model: FunctionModel;
  readonly deliver: Deliver;
  readonly statistics: Pick<Statistics, "count">;
  readonly run: (record: FunctionRecord, request: RunRequest) => Promise<InvokeOutcome>;
  /** Events of one function that run at once; the others wait here, as in AWS's own queue. */
  readonly parallel: number;
}

export interface AsyncInvocations {
  readonly accept: (record: FunctionRecord, request: InvokeRequest) => string;
  readonly start: () => void;
  readonly close: () => void;
}

export const createAsyncInvocations = (ground: Ground, options: AsyncOptions): AsyncInvocations => {
  const { clock, store, work, report, faults } = ground;
  const { model, deliver, statistics, run } = options;
  const events = store.table<Event>("lambda_async");
  const queues = new Map<string, { running: number; readonly ids: string[] }>();
  let closed = false;

  /** One that cannot be sent is lost, as on AWS, and counted. */
  const send = (name: string, delivery: Delivery, metric: FunctionMetric): void => {
    try {
      deliver(delivery);
    } catch (error) {
      statistics.count(name, metric);
      report(`${name}: an event could not be sent to its destination ${delivery.targetArn} and is dropped`, error);
    }
  };
  const settle = (event: Event, record: FunctionRecord, outcome: Settled): void => {
    const { name, deadLetterArn } = record;
    const { onSuccess, onFailure } = model.invokeConfig(name, qualifierOf(record)) ?? {};
    const target = outcome.condition === "Success" ? onSuccess : onFailure;
    const { id, requestId = id, payload, attempts, traceId } = event;
    const facts = { requestId, payload, attempts, traceId, now: clock.now() };
    if (target !== undefined) {
      send(name, toDestination(target, record, facts, outcome), "DestinationDeliveryFailures");
    }
    if (outcome.condition === "Success") return;
    statistics.count(name, "AsyncEventsDropped");
    if (deadLetterArn !== undefined) {
      send(name, toDeadLetters(deadLetterArn, record, facts, outcome), "DeadLetterErrors");
    }
  };
  const finish = (event: Event, record: FunctionRecord, outcome: Settled): void =>
    store.transaction(() => {
      settle(event, record, outcome);
      events.remove(event.id);
    });

  const later = (event: Event, delayMs: number): void => {
    const next = { ...event, notBefore: clock.now() + delayMs };
    events.put(event.id, next);
    schedule(next);
  };
  const retryOrGiveUp = (event: Event, record: FunctionRecord, outcome?: InvokeOutcome): void => {
    const config = model.invokeConfig(record.name, qualifierOf(record));
    const maximumAgeMs = (config?.maximumEventAgeSeconds ?? ASYNC.maximumEventAgeSeconds) * 1000;
    const retries = config?.maximumRetryAttempts ?? ASYNC.maximumRetryAttempts;
    if (outcome !== undefined && event.attempts > retries) {
      return finish(event, record, { condition: "RetriesExhausted", outcome });
    }
    const { first, longest } = ASYNC.throttleDelayMs;
    const delayMs =
      outcome === undefined
        ? Math.min(longest, first * 2 ** (event.throttles - 1))
        : (ASYNC.retryDelaysMs[event.attempts - 1] ?? longest);
    if (clock.now() + delayMs - event.acceptedAt > maximumAgeMs) {
      return finish(event, record, { condition: "EventAgeExceeded", outcome });
    }
    later(event, delayMs);
  };

  const attempt = async (event: Event): Promise<void> => {
    const record = model.find(event.functionName, event.qualifier);
    if (record === undefined) {
      report(`the event ${event.id} is dropped: ${event.functionName} was deleted`);
      return events.remove(event.id);
    }
    // Reserved concurrency 0 stops a function: its events go to the failure destination without a retry.
    if (record.reservedConcurrency === 0) return finish(event, record, { condition: "RetriesExhausted" });
    if (isLoop(event.traceId)) {
      report(`${record.name}: an event of a recursive loop is dropped after ${LIMITS.hops} invocations`);
      statistics.count(record.name, "RecursiveInvocationsDropped");
      return finish(event, record, { condition: "RetriesExhausted" });
    }
    try {
      const { id, requestId = id, payload, traceId, attempts, acceptedAt } = event;
      const waitMs = clock.now() - acceptedAt;
      const about = { requestId, attempt: attempts, ...(waitMs > 0 && { waitMs }) };
      const outcome = await run(record, { functionName: record.name, payload, traceId, ...about });
      if (closed) return; // it was cut off: the next start runs it again
      const tried = { ...event, attempts: event.attempts + 1 };
      if (outcome.failed) retryOrGiveUp(tried, record, outcome);
      else finish(tried, record, { condition: "Success", outcome });
    } catch (error) {
      if (closed) return;
      if (!(error instanceof AwsError) || error.code !== "TooManyRequestsException") report(`${record.name}:`, error);
      retryOrGiveUp({ ...event, throttles: event.throttles + 1 }, record);
    }
  };

  const drain = (name: string): void => {
    const queue = queues.get(name);
    if (queue === undefined || closed) return;
    const limit = Math.min(options.parallel, model.find(name)?.reservedConcurrency || options.parallel);
    while (queue.running < limit) {
      const id = queue.ids.shift();
      if (id === undefined) break;
      const event = events.get(id);
      if (event === undefined) continue; // its acceptance was rolled back
      queue.running++;
      const done = attempt(event).finally(() => {
        queue.running--;
        drain(name);
      });
      work.track(`asynchronous invocation of ${name}`, done).catch((error: unknown) => report(name, error));
    }
    if (queue.running === 0 && queue.ids.length === 0) queues.delete(name);
  };
  const enqueue = ({ functionName, id }: Event): void => {
    const queue = queues.get(functionName) ?? { running: 0, ids: [] };
    queues.set(functionName, queue);
    queue.ids.push(id);
    // In the next turn: whoever accepted the event may still be in a transaction.
    queueMicrotask(() => drain(functionName));
  };
  const schedule = (event: Event): void => {
    if (event.notBefore <= clock.now()) return enqueue(event);
    clock.at(event.notBefore, `lambda: retry of ${event.functionName}`, () => enqueue(event));
  };

  return {
    accept: (record, { payload, traceId }) => {
      const now = clock.now();
      const id = randomUUID();
      const { name, arn } = record;
      const base = { functionName: name, qualifier: qualifierOf(record), payload, traceId };
      const state = { acceptedAt: now, attempts: 0, throttles: 0, notBefore: now };
      const occurrence = { service: "lambda", action: "Deliver", function: name, resource: arn };
      const copies = faults.strike(["duplicate"], occurrence) === undefined ? [id] : [id, randomUUID()];
      for (const copy of copies) {
        const event = { id: copy, requestId: id, ...base, ...state };
        events.put(copy, event);
        enqueue(event);
      }
      return id;
    },
    start: () => {
      for (const [, event] of events.list()) schedule(event);
    },
    close: () => {
      closed = true;
    },
  };
};
