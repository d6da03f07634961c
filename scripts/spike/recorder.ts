// What became of the uploads, out of the cloud's spans: when functions ran, how long messages waited, when documents came.
// Not CloudWatch's metrics, though they are there: like AWS's own they have minutes, and a spike lasts seconds; and a queue's
// age is measured for alarms only, in whole seconds. A span has both ends to the millisecond, so concurrency is counted, not
// sampled; and it is pushed, so watching does not slow what is watched.
import type { FeedEvent, Span } from "./feed.ts";
import type { Interval } from "./series.ts";

export interface Recording {
  /** Invocations that the uploads caused: each with its init phase. */
  readonly invocations: readonly (Interval & { readonly id: string; readonly status: string })[];
  /** Messages, from their sending to the end of their processing; those that wait end with `now`. */
  readonly messages: (now: number) => readonly Interval[];
  /** How many messages were sent and not done yet. */
  readonly open: () => number;
  /** When each object was there first, by its ARN. */
  readonly stored: ReadonlyMap<string, number>;
  /** Functions that got messages. */
  readonly functions: ReadonlySet<string>;
}

export interface Recorder extends Recording {
  readonly add: (event: FeedEvent) => void;
}

/** Starts are cut to whole milliseconds. So are ends, or two in a row in one environment would seem to overlap. */
const endOf = ({ start, ms }: Span): number => Math.floor(start + ms);

/** Records the traces of which `isOurs` says so. */
export const createRecorder = (isOurs: (root: string) => boolean): Recorder => {
  const invocations: (Interval & { id: string; status: string })[] = [];
  const done: Interval[] = [];
  const waiting = new Map<string, number[]>();
  const stored = new Map<string, number>();
  const functions = new Set<string>();

  /** `s3 → queue` is a message's sending, `sqs → function` its processing. */
  const addDelivery = (root: string, span: Span): void => {
    const sent = waiting.get(root) ?? [];
    if (span.name.startsWith("sqs → ")) {
      functions.add(span.name.slice("sqs → ".length));
      done.push({ start: span.start - (span.waitMs ?? 0), end: endOf(span) });
      if (span.status === "ok") sent.shift();
    } else if (span.status === "ok" && span.resource?.startsWith("arn:aws:sqs:")) sent.push(span.start);
    waiting.set(root, sent);
  };
  return {
    invocations,
    stored,
    functions,
    messages: (now) => [...done, ...[...waiting.values()].flat().map((start) => ({ start, end: now }))],
    open: () => [...waiting.values()].reduce((sum, sent) => sum + sent.length, 0),
    add: ({ root, span }) => {
      if (!isOurs(root)) return;
      const { kind, name, status, resource, id = "" } = span;
      if (kind === "invocation") invocations.push({ start: span.start, end: endOf(span), id, status });
      if (kind === "delivery") addDelivery(root, span);
      const isPut = kind === "call" && name === "s3:PutObject" && status === "200";
      if (isPut && resource !== undefined && !stored.has(resource)) stored.set(resource, endOf(span));
    },
  };
};
