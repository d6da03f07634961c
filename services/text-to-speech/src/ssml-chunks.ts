// An SSML document in documents that Polly takes in one call, cut between paragraphs, sentences and words of its text.
import { type CutRules, cuts, MAX_BILLED, SPEAKS } from "./chunk.ts";
import { type Span, SsmlFault } from "./ssml-tokens.ts";
import type { Ssml, SsmlElement } from "./ssml.ts";

export interface SsmlChunk {
  /** A whole `<speak>…</speak>`: a part of the source between the tags of the elements around it. */
  readonly text: string;
  /** Billed: tags are not. */
  readonly chars: number;
  readonly seconds: number;
  /** Offset in the source of an offset in `text`, both in UTF-16; `end` when it is the end of something. */
  readonly offset: (at: number, end?: boolean) => number;
}

/** What one call may take at most. */
export interface SsmlLimits {
  readonly billed: number;
  readonly seconds: number;
}

/** Polly cuts speech off at 10 minutes and does not tell; the estimate has to be wrong by a fifth for that. */
export const MAX_SECONDS = 480;
/** Polly takes 6,000 characters with their tags; a margin is kept. */
const MAX_RAW = 5_800;

const LIMITS: SsmlLimits = { billed: MAX_BILLED, seconds: MAX_SECONDS };
/** What has a sound, or is a pause or a mark. */
const SOUND = /[\p{L}\p{N}\u034f]/u;

const around = (element: SsmlElement): readonly SsmlElement[] => [
  ...(element.parent === undefined ? [] : around(element.parent)),
  element,
];

/** Of tags around a unit. */
const length = (element: SsmlElement | undefined, tag: "open" | "close"): number =>
  element === undefined ? 0 : element[tag].end - element[tag].start + length(element.parent, tag);

/** Running sums: the n-th is of the units before n. */
const sums = (values: readonly number[]): readonly number[] => {
  let sum = 0;
  return [0, ...values.map((value) => (sum += value))];
};

const between = (sums: readonly number[], { start, end }: Span): number => (sums[end] ?? 0) - (sums[start] ?? 0);

/** The least number of a span for which a test holds, when it holds for all behind it too; else the span's end. */
const least = ({ start, end }: Span, test: (n: number) => boolean): number => {
  while (start < end) {
    const middle = (start + end) >> 1;
    if (test(middle)) end = middle;
    else start = middle + 1;
  }
  return start;
};

/** The parts of the source that a chunk of units is made of; comments are left out. */
const parts = ({ units, comments }: Ssml, { start, end }: Span): readonly Span[] => {
  const first = units[start];
  const last = units[end - 1];
  if (first === undefined || last === undefined) return [];
  const all = { start: 0, end: comments.length };
  const inside = comments.slice(
    least(all, (n) => (comments[n]?.start ?? 0) >= first.start),
    least(all, (n) => (comments[n]?.start ?? 0) >= last.end),
  );
  const ends = [...inside.map((comment) => comment.start), last.end];
  return [
    ...around(first.parent).map(({ open }) => open),
    ...[first.start, ...inside.map((comment) => comment.end)].map((start, index) => ({
      start,
      end: ends[index] ?? start,
    })),
    ...around(last.parent)
      .toReversed()
      .map(({ close }) => close),
  ];
};

const BLANK = /\s/;
const trim = (text: string, { start, end }: Span): Span => {
  while (start < end && BLANK.test(text.charAt(start))) start += 1;
  while (start < end && BLANK.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
};

/** Each `<p>` and what is between two; what has no sound goes with the one before it. */
const spansOf = ({ text, paragraphs }: Ssml): readonly Span[] => {
  const ends: number[] = [];
  let start = 0;
  for (const end of [...paragraphs, text.length]) {
    if (SPEAKS.test(text.slice(start, end))) ends.push(end);
    else if (ends.length > 0) ends[ends.length - 1] = end;
    start = end;
  }
  return ends.map((end, index) => ({ start: ends[index - 1] ?? 0, end }));
};

const toChunk = (ssml: Ssml, span: Span): Pick<SsmlChunk, "text" | "offset"> => {
  const pieces = parts(ssml, span);
  const lengths = sums(pieces.map(({ start, end }) => end - start));
  return {
    text: pieces.map(({ start, end }) => ssml.source.slice(start, end)).join(""),
    offset: (at, end = false) => {
      const inside = end ? at - 1 : at;
      const index = Math.max(
        0,
        least({ start: 0, end: pieces.length }, (n) => (lengths[n + 1] ?? 0) > inside),
      );
      return (pieces[index] ?? pieces.at(-1) ?? { start: 0 }).start + at - (lengths[index] ?? 0);
    },
  };
};

/** Throws SsmlFault for what cannot be cut and is too long for one call. Nothing for a document without a sound. */
export const chunkSsml = (ssml: Ssml, language: string, limits: SsmlLimits = LIMITS): readonly SsmlChunk[] => {
  const { source, text, units } = ssml;
  const billed = sums(units.map((unit) => unit.billed));
  const seconds = sums(units.map((unit) => unit.seconds));
  const raw = ({ start, end }: Span): number => {
    const first = units[start];
    const last = units[end - 1];
    return (last?.end ?? 0) - (first?.start ?? 0) + length(first?.parent, "open") + length(last?.parent, "close");
  };
  const fits = (span: Span): boolean =>
    between(billed, span) <= limits.billed && between(seconds, span) <= limits.seconds && raw(span) <= MAX_RAW;
  const rules: CutRules = {
    language,
    reach: (start, end) => least({ start: start + 1, end: end + 1 }, (n) => !fits({ start, end: n })) - 1,
    whole: (at) => {
      const whole = units[at]?.parent.whole;
      return whole === undefined || whole !== units[at - 1]?.parent.whole;
    },
  };
  return spansOf(ssml).flatMap((span) => {
    const ends = [span.start, ...cuts(text, { from: span.start, end: span.end }, rules)];
    const stop = ends.at(-1) ?? 0;
    if (stop < span.end)
      throw new SsmlFault(
        source,
        units[stop]?.start ?? 0,
        "What starts here is too long for one call and cannot be cut",
      );
    return ends
      .slice(1)
      .map((end, index) => trim(text, { start: ends[index] ?? 0, end }))
      .filter(({ start, end }) => SOUND.test(text.slice(start, end)))
      .map((span) => ({
        ...toChunk(ssml, span),
        chars: Math.ceil(between(billed, span)),
        seconds: between(seconds, span),
      }));
  });
};
