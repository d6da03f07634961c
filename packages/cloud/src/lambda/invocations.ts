// The last invocations, for the admin API. Older ones are kept packed: 10,000 events with their logs would else be most
// of the cloud's memory, and nearly all of them are alike.
import { deflateRaw, inflateRawSync } from "node:zlib";
import type { InvocationRecord } from "../ports.ts";
import { readTrace } from "../trace/header.ts";
import { RECORDS } from "./limits.ts";

export interface InvocationFilter {
  readonly function?: string;
  readonly status?: string;
  /** Root of a trace, or a header with it. */
  readonly trace?: string;
  /** Cloud ms. */
  readonly since?: number;
  readonly limit?: number;
  /** Only older ones than this: `<id>.<attempt>`. */
  readonly before?: string;
}

export interface Invocations {
  readonly add: (invocation: InvocationRecord) => void;
  /** Newest first. */
  readonly list: (filter?: InvocationFilter) => readonly InvocationRecord[];
  /** By request id: the last attempt; by `<id>.<attempt>`: that one. */
  readonly get: (id: string) => InvocationRecord | undefined;
}

interface Chunk {
  readonly count: number;
  /** JSON texts, in the end packed. */
  content: readonly string[] | Buffer;
}

/** Told by its end, so that what was cut is never taken for the whole. */
const CUT = /… \(\d+ of \d+ characters\)$/;
export const isCut = (text: string): boolean => text.length > RECORDS.textLength && CUT.test(text);
const cut = (text: string): string =>
  text.length <= RECORDS.textLength
    ? text
    : `${text.slice(0, RECORDS.textLength)}… (${RECORDS.textLength} of ${text.length} characters)`;

const parse = (text: string): readonly InvocationRecord[] => JSON.parse(`[${text}]`) as InvocationRecord[]; // as added
const read = ({ content }: Chunk): readonly InvocationRecord[] =>
  parse(Buffer.isBuffer(content) ? inflateRawSync(content).toString() : content.join(","));

const pack = (chunk: Chunk, content: readonly string[]): void =>
  deflateRaw(content.join(","), { level: 1 }, (error, bytes) => {
    if (error === null) chunk.content = bytes;
  });

const matches = (filter: InvocationFilter, { traceId, status, start, ...record }: InvocationRecord): boolean =>
  (filter.function === undefined || record.function === filter.function) &&
  (filter.status === undefined || status === filter.status) &&
  (filter.since === undefined || start >= filter.since) &&
  (filter.trace === undefined || readTrace(traceId)?.root === (readTrace(filter.trace)?.root ?? filter.trace));

const keyOf = ({ id, attempt }: InvocationRecord): string => `${id}.${attempt}`;

export const createInvocations = (): Invocations => {
  const chunks: Chunk[] = [];
  let open: string[] = [];
  let openLength = 0;

  const trim = (): void => {
    let count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
    let bytes = chunks.reduce((sum, { content }) => sum + (Buffer.isBuffer(content) ? content.length : 0), 0);
    while (count > RECORDS.kept || bytes > RECORDS.packedBytes) {
      const oldest = chunks.shift();
      if (oldest === undefined) return;
      count -= oldest.count;
      bytes -= Buffer.isBuffer(oldest.content) ? oldest.content.length : 0;
    }
  };
  const newestFirst = function* (): Generator<InvocationRecord> {
    yield* parse(open.join(",")).toReversed();
    for (const chunk of chunks.toReversed()) yield* read(chunk).toReversed();
  };
  return {
    add: (invocation) => {
      const kept = { ...invocation, payload: cut(invocation.payload), result: cut(invocation.result) };
      const text = JSON.stringify(kept);
      open.push(text);
      openLength += text.length;
      if (open.length < RECORDS.chunk && openLength < RECORDS.chunkLength) return;
      const chunk: Chunk = { count: open.length, content: open };
      chunks.push(chunk);
      pack(chunk, open);
      open = [];
      openLength = 0;
      trim();
    },
    list: (filter = {}) => {
      const found: InvocationRecord[] = [];
      let seen = filter.before === undefined;
      for (const invocation of newestFirst()) {
        if (found.length >= (filter.limit ?? RECORDS.kept)) break;
        if (seen && matches(filter, invocation)) found.push(invocation);
        seen ||= keyOf(invocation) === filter.before;
      }
      return found;
    },
    get: (id) => newestFirst().find((invocation) => invocation.id === id || keyOf(invocation) === id),
  };
};
