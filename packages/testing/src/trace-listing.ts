// What a cloud did, in a few lines, for the message of a failed test.
import type { RequestRecord, TraceRecord } from "@warmstart/cloud";
import { send } from "./http-client.ts";

const MOST_LINES = 40;

type Span = TraceRecord["spans"][number];

const spanLine = ({ kind, name, status, ms, waitMs }: Span): string => {
  const waited = waitMs ? ` after ${waitMs} ms` : "";
  return `${kind} ${name}${waited}: ${status}, ${Math.round(ms)} ms`;
};

/** The span and what it caused, indented. */
const branch = (span: Span, all: readonly Span[], depth: number): readonly string[] => {
  const children = span.segment === undefined ? [] : all.filter(({ parent }) => parent === span.segment);
  return [`${"  ".repeat(depth)}${spanLine(span)}`, ...children.flatMap((child) => branch(child, all, depth + 1))];
};

const traceLines = ({ start, spans }: TraceRecord): readonly string[] => {
  const segments = new Set(spans.flatMap(({ segment }) => segment ?? []));
  const roots = spans.filter(({ parent }) => parent === undefined || !segments.has(parent));
  return [new Date(start).toISOString(), ...roots.flatMap((span) => branch(span, spans, 1))];
};

const requestLine = ({ time, service, action, resource, status, error = "" }: RequestRecord): string =>
  `${time} ${service}:${action} ${resource}: ${status} ${error}`.trimEnd();

/** At most 40 lines, the newest traces, oldest of them first. */
export const listTraces = (traces: readonly TraceRecord[]): string => {
  const lines = traces.toReversed().flatMap(traceLines);
  const cut = lines.length - MOST_LINES;
  return (cut > 0 ? [`… ${cut + 1} lines before`, ...lines.slice(cut + 1)] : lines).join("\n");
};

const get = async <T>(address: string): Promise<T> => (await send("GET", address)).json as T; // the admin API's own shape

/** What a cloud did, as text: its traces, or the last requests when none has a trace. Empty when it does not answer. */
export const readTraces = async (endpoint: string): Promise<string> => {
  const admin = `${endpoint}/_warmstart/v1`;
  try {
    const { traces } = await get<{ traces: readonly TraceRecord[] }>(`${admin}/traces?limit=${MOST_LINES}`);
    if (traces.length > 0) return listTraces(traces);
    const { requests } = await get<{ requests: readonly RequestRecord[] }>(`${admin}/requests?limit=${MOST_LINES}`);
    return requests.toReversed().map(requestLine).join("\n");
  } catch {
    return ""; // the test has failed already, and with a better message
  }
};
