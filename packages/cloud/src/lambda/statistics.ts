// How each function does: for `status`, and as CloudWatch's metrics of the namespace AWS/Lambda.
import type { Ground, InvocationRecord } from "../ports.ts";
import { RECORDS } from "./limits.ts";

/** Metrics with the dimension FunctionName. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export type FunctionMetric =
  | "Invocations"
  | "Errors"
  | "Throttles"
  | "Duration"
  | "ConcurrentExecutions"
  | "DeadLetterErrors"
  | "AsyncEventsDropped"
  | "DestinationDeliveryFailures"
  | "RecursiveInvocationsDropped";

export interface FunctionStatistics {
  readonly invocations: number;
  readonly coldStarts: number;
  readonly errors: number;
  readonly throttles: number;
  /** Of the last thousand invocations, in ms; none before the first. */
  readonly durationMs?: { readonly p50: number; readonly p95: number; readonly p99: number };
}

export interface Statistics {
  readonly of: (functionName: string) => FunctionStatistics;
  readonly count: (functionName: string, metric: FunctionMetric, value?: number) => void;
  /** Everything about one invocation: figures, metrics, trace span, billing. */
  readonly observe: (invocation: InvocationRecord, waitMs: number | undefined, concurrent: number) => void;
  readonly forget: (functionName: string) => void;
}

interface Figures {
  invocations: number;
  coldStarts: number;
  errors: number;
  throttles: number;
  readonly durations: Float64Array;
}

const percentiles = ({ invocations, durations }: Figures): FunctionStatistics["durationMs"] => {
  const sorted = durations.slice(0, invocations).toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};

export const createStatistics = ({ bus, meter, traces }: Ground): Statistics => {
  const functions = new Map<string, Figures>();
  const figuresOf = (name: string): Figures => {
    const known = functions.get(name);
    if (known !== undefined) return known;
    const made = {
      invocations: 0,
      coldStarts: 0,
      errors: 0,
      throttles: 0,
      durations: new Float64Array(RECORDS.durations),
    };
    functions.set(name, made);
    return made;
  };
  const count: Statistics["count"] = (functionName, name, value = 1) => {
    if (name === "Throttles") figuresOf(functionName).throttles += value;
    const unit = name === "Duration" ? "Milliseconds" : "Count";
    const dimensions = { FunctionName: functionName };
    bus.publish("metric-counted", { namespace: "AWS/Lambda", name, dimensions, value, unit });
  };
  const bill = ({ billedMs, memoryMb, traceId }: InvocationRecord): void => {
    meter.add({ service: "lambda", unit: "requests", amount: 1, trace: traceId });
    const amount = (billedMs / 1000) * (memoryMb / 1024);
    meter.add({ service: "lambda", unit: "gb-seconds", amount, trace: traceId });
  };
  return {
    of: (name) => {
      const figures = functions.get(name);
      if (figures === undefined) return { invocations: 0, coldStarts: 0, errors: 0, throttles: 0 };
      const { durations: _durations, ...counts } = figures;
      return { ...counts, ...(counts.invocations > 0 && { durationMs: percentiles(figures) }) };
    },
    count,
    observe: (invocation, waitMs, concurrent) => {
      const { function: name, id, arn, start, durationMs, initMs, status, traceId, segment } = invocation;
      const figures = figuresOf(name);
      figures.durations[figures.invocations % RECORDS.durations] = durationMs;
      figures.invocations++;
      if (initMs !== undefined) figures.coldStarts++;
      if (status !== "ok") figures.errors++;
      count(name, "Invocations");
      count(name, "Errors", status === "ok" ? 0 : 1);
      count(name, "Duration", durationMs);
      count(name, "ConcurrentExecutions", concurrent);
      bill(invocation);
      const ms = durationMs + (initMs ?? 0);
      const span = { trace: traceId, segment, kind: "invocation", name, resource: arn, start, ms, status, id } as const;
      traces.add({ ...span, ...(waitMs !== undefined && { waitMs }) });
    },
    forget: (name) => {
      functions.delete(name);
    },
  };
};
