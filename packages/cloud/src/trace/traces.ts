// What one event caused, across services: spans kept by trace. Bounded: the oldest trace goes first.
import type { Bus } from "../bus/bus.ts";
import { readTrace } from "./header.ts";

export interface Span {
  /** Trace header of the work. */
  readonly trace: string;
  /** Segment id of an invocation; spans it caused name it as their parent. */
  readonly segment?: string;
  readonly kind: "http" | "call" | "invocation" | "delivery";
  /** `POST /links`, `s3:PutObject`, function name, `sqs → resize`. */
  readonly name: string;
  /** ARN. */
  readonly resource?: string;
  /** Cloud time, ms. */
  readonly start: number;
  /** Real ms spent. */
  readonly ms: number;
  /** Cloud ms that it waited in a queue before. */
  readonly waitMs?: number;
  /** HTTP status, "ok", "error", "timeout"… */
  readonly status: string;
  /** Request id of the call or invocation. */
  readonly id?: string;
}

export interface TraceSpan extends Omit<Span, "trace"> {
  readonly parent?: string;
}

export interface TraceRecord {
  /** Root. */
  readonly id: string;
  readonly start: number;
  readonly spans: readonly TraceSpan[];
}

export interface Traces {
  /** Keeps a span; one without a readable trace is dropped. */
  readonly add: (span: Span) => void;
  readonly get: (root: string) => TraceRecord | undefined;
  /** Newest first. */
  readonly list: () => readonly TraceRecord[];
}

const KEPT_TRACES = 2_000;
const KEPT_SPANS = 200;

export const createTraces = (bus: Pick<Bus, "publish">): Traces => {
  const traces = new Map<string, { id: string; start: number; spans: TraceSpan[] }>();
  return {
    add: ({ trace, ...span }) => {
      const context = readTrace(trace);
      if (context === undefined) return;
      const { root, parent } = context;
      const record = traces.get(root) ?? { id: root, start: span.start, spans: [] };
      traces.set(root, record);
      if (record.spans.length < KEPT_SPANS) record.spans.push({ ...span, ...(parent !== undefined && { parent }) });
      if (traces.size > KEPT_TRACES) {
        const [oldest] = traces.keys();
        if (oldest !== undefined) traces.delete(oldest);
      }
      bus.publish("span-added", { root, span });
    },
    get: (root) => traces.get(root),
    list: () => [...traces.values()].toReversed(),
  };
};
