// A text in chunks that Polly takes in one call, cut where a voice pauses anyway.

/** A part of a text; the texts of all chunks joined are the text. */
export interface Chunk {
  readonly text: string;
  /** UTF-16 offset in the whole text. */
  readonly start: number;
  /** As Polly bills them: code units (whether it counts those or code points was not verified; these are never less). */
  readonly chars: number;
}

/** How far a chunk may go, and where nothing is cut. */
export interface CutRules {
  /** Of the voice, as `en-US`. */
  readonly language: string;
  /** The last offset up to `end` that one call can take when the chunk starts at `from`. */
  readonly reach: (from: number, end: number) => number;
  /** False inside what belongs together. */
  readonly whole?: (at: number) => boolean;
}

/** Polly takes 3,000 billed characters; a margin is kept. */
export const MAX_BILLED = 2_800;
/** What can be heard of a text: without a letter or a digit there is nothing to speak. */
export const SPEAKS = /[\p{L}\p{N}]/u;

// What ICU needs to see behind a sentence to know that it has ended.
const BEHIND = 64;
// What a grapheme goes on with; U+0E33 and U+0EB3 are letters that do, the tags are those of flags.
const GOES_ON = /^[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d\u0e33\u0eb3\u{e0020}-\u{e007f}]/u;
const PARAGRAPH = /\n[^\S\n]*\n\s*/g;
const CLAUSE = /[,;:–—][)\]}"'’”»]*\s+|[、，；：。！？…]+[」』）】”’]*|\n\s*/g;
const SPACE = /\s+/g;
/** Ends that need no space behind them; U+2029 is one whatever stands before it. */
const ENDED = /[。！？｡…][」』）】”’]*$|\s$/;
// Titles, months, units and the like in the languages of Polly's voices that end them so. A word too many here only
// moves a cut to another sentence; single letters, "U.S." and ordinals need no entry.
const WORDS =
  "dr|mr|mrs|ms|mx|messrs|prof|st|ste|sr|jr|rev|fr|hon|gen|col|maj|capt|cmdr|lt|sgt|gov|sen|rep|pres|mme|mlle|mgr|sra|" +
  "srta|dra|frl|hr|sig|vs|etc|approx|ca|cf|al|viz|resp|incl|excl|max|min|dept|est|fig|figs|no|nos|nr|núm|vol|vols|ed|" +
  "eds|pp|pág|ch|cap|sec|eq|art|bd|abb|inc|ltd|llc|co|corp|bros|ave|blvd|rd|hwy|mt|ft|tel|ext|jan|feb|mar|apr|jun|jul|" +
  "aug|sep|sept|oct|nov|dec|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|bzw|usw|ggf|evtl|vgl|str|geb|gest|inkl|zzgl|" +
  "av|bd|éd|env|ud|uds|vd|pers|ph|phil|gal|oz|lb|lbs|hrs|mins|secs";
const ABBREVIATED = new RegExp(`(?:^|[\\s\\p{P}])(?:\\p{L}|\\p{N}{1,2}|${WORDS})\\.$`, "iu");
const LONGEST_ABBREVIATION = 12;

/** True when a text up to there ends in an abbreviation, an initial or an ordinal. */
const abbreviated = (text: string, at: number): boolean => {
  const before = text.slice(0, at).trimEnd();
  return ABBREVIATED.test(before.slice(-LONGEST_ABBREVIATION)) && !text.slice(before.length, at).includes("\u2029");
};

type Test = (at: number) => boolean;

const lastMatch = (pattern: RegExp, window: string, good: Test): number | undefined =>
  Array.from(window.matchAll(pattern), (match) => match.index + match[0].length).findLast(good);

const lastSegment = (
  segmenter: Intl.Segmenter,
  window: string,
  from: { at: number; good: Test },
): number | undefined => {
  const segments = segmenter.segment(window);
  for (let at = from.at; at > 0;) {
    const index = segments.containing(at)?.index ?? at;
    if (index > 0 && from.good(index)) return index;
    at = index - 1;
  }
  return undefined;
};

/** Where to cut a window, by falling quality of the pause; 0 when nowhere. */
const bestCut = (window: string, reach: number, rules: { language: string; good: Test; whole: Test }): number => {
  const { language, good, whole } = rules;
  const inReach = window.slice(0, reach);
  const unbroken: Test = (at) => good(at) && !abbreviated(window, at);
  // Without its region: Polly's en-GB-WLS is no tag of BCP 47.
  const segment = (granularity: "sentence" | "word" | "grapheme", text: string, good: Test): number | undefined =>
    lastSegment(new Intl.Segmenter(language.split("-", 1), { granularity }), text, { at: reach, good });
  // A line's end inside a sentence is not its end, as ICU has it.
  const sentences = window.replaceAll(/[\r\n]/g, " ");
  const anywhere = (): number => {
    let at = reach;
    while (at > 0 && !whole(at)) at -= 1;
    return at;
  };
  return (
    segment("sentence", sentences, (at) => unbroken(at) && ENDED.test(window.slice(Math.max(0, at - 8), at))) ??
    lastMatch(CLAUSE, inReach, unbroken) ??
    lastMatch(SPACE, inReach, unbroken) ??
    lastMatch(SPACE, inReach, good) ??
    segment("word", window, good) ??
    segment("grapheme", window, good) ??
    anywhere()
  );
};

const isPairSplit = (text: string, at: number): boolean =>
  /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));

/** Where the chunks of `text` from `from` to `end` end. Stops short of `end` where nothing may be cut. */
export function* cuts(text: string, { from, end }: { from: number; end: number }, rules: CutRules): Generator<number> {
  const whole: Test = (at) => !isPairSplit(text, at) && rules.whole?.(at) !== false;
  const good: Test = (at) =>
    whole(at) && !GOES_ON.test(text.slice(at, at + 2)) && text.slice(at - 1, at + 1) !== "\r\n";
  for (let at = from; at < end;) {
    const start = at;
    const reach = rules.reach(start, end);
    const inside =
      (test: Test): Test =>
      (offset) =>
        test(start + offset);
    const window = text.slice(start, Math.min(end, reach + BEHIND));
    const cut =
      reach === end
        ? end - start
        : bestCut(window, reach - start, { ...rules, good: inside(good), whole: inside(whole) });
    if (cut <= 0) return;
    at += cut;
    yield at;
  }
}

/** Paragraph by paragraph, so that an edit changes only its own; `limit` in billed characters. */
export const chunkText = (text: string, language: string, limit = MAX_BILLED): readonly Chunk[] => {
  const reach = (from: number, end: number): number => Math.min(end, from + limit);
  const chunks: Chunk[] = [];
  let start = 0;
  const ends = Array.from(text.matchAll(PARAGRAPH), (match) => match.index + match[0].length);
  for (const paragraph of [...ends.filter((end) => !GOES_ON.test(text.slice(end, end + 2))), text.length]) {
    for (const end of cuts(text, { from: start, end: paragraph }, { language, reach })) {
      chunks.push({ text: text.slice(start, end), start, chars: end - start });
      start = end;
    }
  }
  return chunks;
};
