// The exact pass: every header of a run of traces, streamed in large ranges with the next ones already on their way.
import { dataViewOf, HEADER_BYTES } from "../segy/field.ts";
import { traceAt, type Layout } from "../segy/layout.ts";
import type { Partial } from "./partial.ts";
import { openPass, type Pass } from "./pass.ts";
import type { Plan } from "../survey/plan.ts";
import type { ReadAt } from "../segy/read-at.ts";
import { walkTraces } from "../survey/walk.ts";

/** Larger ranges gain nothing; four in flight fill a function's network. */
const RANGE_BYTES = 8 * 1024 * 1024;
const IN_FLIGHT = 4;
/** Below this an array of its own costs less than its keeping. */
const SMALL_BYTES = 64 * 1024;
/** Above this a range of the header alone is cheaper than reading over the samples. */
const LONG_TRACE_BYTES = 256 * 1024;

export interface ScanPart {
  readonly from: number;
  readonly traces: number;
  /** Called as the pass goes on, with the traces done. */
  readonly onTraces?: (done: number) => void;
}

interface Range {
  readonly trace: number;
  readonly traces: number;
  readonly start: number;
  readonly end: number;
}

const headerBytesOf = ({ traceHeaders }: Layout): number => HEADER_BYTES * traceHeaders;

function* rangesOf(layout: Layout, { from, traces }: ScanPart): Generator<Range> {
  const perRange = layout.traceLength > LONG_TRACE_BYTES ? 1 : Math.floor(RANGE_BYTES / layout.traceLength);
  for (let trace = from; trace < from + traces; trace += perRange) {
    const count = Math.min(perRange, from + traces - trace);
    const start = traceAt(layout, trace);
    // The samples of the last trace are nobody's business here.
    yield { trace, traces: count, start, end: start + (count - 1) * layout.traceLength + headerBytesOf(layout) };
  }
}

/** The bytes of all ranges in order, `IN_FLIGHT` of them asked for at once; each is used up before the next is asked for. */
async function* readAhead(
  source: ReadAt,
  ranges: Iterator<Range>,
): AsyncGenerator<readonly [range: Range, bytes: Uint8Array]> {
  const waiting: (readonly [Range, Promise<Uint8Array>, Uint8Array | undefined])[] = [];
  const ask = (into?: Uint8Array): void => {
    const { value, done } = ranges.next();
    if (done) return;
    const length = value.end - value.start;
    const space = into && into.length >= length ? into : length > SMALL_BYTES ? new Uint8Array(length) : undefined;
    const bytes = source.read(value.start, value.end, space);
    bytes.catch(() => {}); // whoever awaits it gets the error; until then it is nobody's unhandled rejection
    waiting.push([value, bytes, space]);
  };
  for (let at = 0; at < IN_FLIGHT; at++) ask();
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [range, bytes, space] = next;
    yield [range, await bytes];
    ask(space);
  }
}

const scanFixed = async (source: ReadAt, plan: Plan, part: ScanPart): Promise<Partial> => {
  const pass = openPass(plan);
  const { traceLength } = plan.layout;
  for await (const [{ trace, traces }, bytes] of readAhead(source, rangesOf(plan.layout, part))) {
    const view = dataViewOf(bytes);
    for (let at = 0; at < traces; at++) pass.take(trace + at, view, at * traceLength);
    part.onTraces?.(trace + traces - part.from);
  }
  return pass.end(part.from, part.traces);
};

/** Walks traces of which each says its own length; the plan's count is where the walk of the survey ended. */
const scanVariable = async (source: ReadAt, plan: Plan, part: ScanPart): Promise<Partial> => {
  const pass: Pass = openPass(plan);
  let done = 0;
  for await (const { trace, view, offset } of walkTraces(source, plan.layout)) {
    if (trace >= part.from + part.traces) break;
    if (trace < part.from) continue;
    pass.take(trace, view, offset);
    done += 1;
    if (done % 1000 === 0) part.onTraces?.(done);
  }
  return pass.end(part.from, part.traces);
};

/** Reads the headers of `[from, from + traces)` and says what they show. Errors are those of the source. */
export const scanTraces = async (source: ReadAt, plan: Plan, part: ScanPart): Promise<Partial> =>
  plan.layout.fixedLength ? scanFixed(source, plan, part) : scanVariable(source, plan, part);
