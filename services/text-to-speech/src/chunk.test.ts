// A text in chunks: nothing is lost, nothing is torn, and every cut is where a voice pauses.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { ABBREVIATIONS, aDocument, aLongText, aText, TEXTS } from "../test/texts.ts";
import { type Chunk, chunkText, MAX_BILLED } from "./chunk.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const inFullRuns = process.env["WARMSTART_FULL"] ? describe : describe.skip;
const COUNT = process.env["WARMSTART_FULL"] ? 400 : 150;
const DOCUMENTS = Array.from({ length: COUNT }, (_, seed) => aDocument(seed));

const joined = (chunks: readonly Chunk[]): string => chunks.map(({ text }) => text).join("");

/** The text on both sides of each cut. */
const cutsOf = (text: string, chunks: readonly Chunk[]): readonly (readonly [string, string])[] =>
  chunks.slice(1).map(({ start }) => [text.slice(0, start), text.slice(start)] as const);

const graphemeStarts = (text: string): ReadonlySet<number> =>
  new Set(Array.from(new Intl.Segmenter("en").segment(text), ({ index }) => index));

const expectWhole = (text: string, limit = MAX_BILLED): readonly Chunk[] => {
  const chunks = chunkText(text, "en-US", limit);
  expect(joined(chunks)).toBe(text);
  expect(chunks.every(({ chars, text }) => chars === text.length && chars > 0 && chars <= limit)).toBe(true);
  expect(chunks.every(({ text: part, start }) => text.startsWith(part, start))).toBe(true);
  return chunks;
};

const textsOf = (text: string): readonly string[] => chunkText(text, "en-US").map(({ text }) => text.trim());

const cutOnce = (text: string, language = "en-US"): readonly string[] =>
  chunkText(text, language, 20).map(({ text }) => text);

const repeat = (text: string): string => text.repeat(Math.ceil(100_000 / text.length)).slice(0, 100_000);

const isAfterAbbreviation = (before: string): boolean =>
  ABBREVIATIONS.some((abbreviation) => before.trimEnd().endsWith(` ${abbreviation}`));

test(`${COUNT} documents full of dots: nothing is lost, over the limit, or cut in a token or after an abbreviation`, () => {
  let cuts = 0;
  for (const text of DOCUMENTS) {
    const chunks = expectWhole(text);
    for (const [before, after] of cutsOf(text, chunks)) {
      cuts += 1;
      expect([before.slice(-30), /\s$/.test(before)]).toEqual([before.slice(-30), true]);
      expect([before.slice(-30), isAfterAbbreviation(before)]).toEqual([before.slice(-30), false]);
      expect(/^\s/.test(after)).toBe(false);
    }
  }
  expect(cuts).toBeGreaterThan(2.5 * COUNT);
});

test("in documents of sentences every cut is at the end of one", () => {
  for (const text of DOCUMENTS)
    for (const [before] of cutsOf(text, chunkText(text, "en-US"))) expect(before.slice(-4)).toMatch(/[.!?…]”?\s+$/);
});

test.each(TEXTS)("%s is one chunk for each paragraph", (name) => {
  const text = aText(name);
  const paragraphs = text.split("\n\n").filter((paragraph) => paragraph !== "");
  expect(expectWhole(text).map((chunk) => chunk.text.trim())).toEqual(paragraphs.map((paragraph) => paragraph.trim()));
});

test("a blank with an accent is not torn by the end of a paragraph", () => {
  expect(expectWhole("one\n\n \u0301two\n\nthree").length).toBe(2);
});

test("an edit of one paragraph of ten leaves the chunks of the nine others", () => {
  const paragraphs = DOCUMENTS.slice(0, 10).map((text) => text.replaceAll("\n\n", " "));
  const before = new Set(textsOf(paragraphs.join("\n\n")));
  const edited = paragraphs.with(4, `Now this. ${paragraphs[4] ?? ""}`);
  const fresh = textsOf(edited.join("\n\n")).filter((text) => !before.has(text));
  expect(fresh.length).toBeGreaterThan(0);
  expect(fresh.every((text) => edited[4]?.includes(text))).toBe(true);
});

describe("a sentence longer than a chunk is cut", () => {
  test("behind a clause", () => expect(cutOnce("one two, three four five")).toEqual(["one two, ", "three four five"]));
  test("but not in a number", () =>
    expect(cutOnce("pay me 1,234,567,890 now")).toEqual(["pay me ", "1,234,567,890 now"]));
  test("behind a space", () => expect(cutOnce("one two three four five")).toEqual(["one two three four ", "five"]));
  test("not behind a title", () =>
    expect(cutOnce("we have seen Dr. Adamson")).toEqual(["we have seen ", "Dr. Adamson"]));
  test("behind a word of a script without spaces", () => {
    const text = "我们今天早上去港口看渔船然后回家吃早饭休息和朋友们聊天";
    const words = Array.from(new Intl.Segmenter("cmn", { granularity: "word" }).segment(text), ({ index }) => index);
    const starts = chunkText(text, "cmn-CN", 20).map(({ start }) => start);
    expect(starts.length).toBe(2);
    expect(words).toEqual(expect.arrayContaining(starts));
  });
  test("behind Chinese punctuation", () =>
    expect(cutOnce("清晨的港口很安静、渔船一艘接一艘地离开码头", "cmn-CN")).toEqual([
      "清晨的港口很安静、",
      "渔船一艘接一艘地离开码头",
    ]));
  test("behind a sentence rather than a line", () =>
    expect(cutOnce("One. Two three\nfour five six")).toEqual(["One. ", "Two three\n", "four five six"]));
  test("not between the two characters of a line's end", () =>
    expect(cutOnce("four five six seven\r\neight")).toEqual(["four five six ", "seven\r\neight"]));
  test("between graphemes when there is nothing else", () =>
    expect(cutOnce("a".repeat(45)).map((part) => part.length)).toEqual([20, 20, 5]));
});

describe("100,000 characters without a space", () => {
  test.each([
    ["Latin letters", repeat("abcdefghij")],
    ["Chinese with commas", repeat("清晨的港口很安静，渔船一艘接一艘地离开码头、船上的灯像星星；")],
    ["Chinese with nothing", repeat("清晨的港口很安静渔船一艘接一艘地离开码头")],
    ["one URL", `https://example.com/${repeat("path.to/")}`],
    ["digits", repeat("1,234.5")],
  ])("%s", (_name, text) => expect(expectWhole(text).length).toBeLessThan(45));

  test("families stay together", () => {
    const text = "👨‍👩‍👧‍👦".repeat(9_100);
    const starts = graphemeStarts(text);
    expect(expectWhole(text).every(({ start }) => starts.has(start))).toBe(true);
  });

  test("letters stay with their accents", () => {
    const text = "e\u0301".repeat(50_000);
    expect(expectWhole(text, 2_799).every(({ start }) => start % 2 === 0)).toBe(true);
  });

  test("a letter with more accents than a chunk holds is cut, but no half characters come of it", () => {
    const text = `e${"\u{1d165}".repeat(50_000)}`;
    expect(expectWhole(text).every(({ text }) => text.isWellFormed())).toBe(true);
  });
});

test("Chinese of 5,700 characters is three chunks, each but the last nearly full", () => {
  const chunks = expectWhole("清晨的港口很安静，渔船一艘接一艘地离开码头。".repeat(300).slice(0, 5_700));
  expect(chunks.length).toBe(3);
  expect(chunks.slice(0, 2).every(({ chars }) => chars > 2_700)).toBe(true);
});

test.each(["arb", "cmn-CN", "cy-GB", "de-AT", "en-GB-WLS", "hi-IN", "ja-JP", "yue-CN"])(
  "%s, as Polly has it",
  (language) => {
    expect(joined(chunkText(aLongText(6_000), language))).toBe(aLongText(6_000));
  },
);

test("a text as long as a post may be", () => {
  expect(expectWhole(aLongText()).length).toBeLessThan(100);
});

const piece = fc.oneof(
  fc.string({ unit: character, maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom(
    " ",
    "\n\n",
    "\r\n",
    "\u2029",
    ". ",
    "Dr. ",
    "，",
    "。",
    "👨‍👩‍👧‍👦",
    "🇵🇹",
    "e\u0301",
    "\u200d",
    "\u0301",
    "🏽",
    "a.b",
  ),
);
const anyText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

const expectNeverTorn = (runs: number): void =>
  fc.assert(
    fc.property(anyText, fc.integer({ min: 30, max: 120 }), (text, limit) => {
      const chunks = expectWhole(text, limit);
      const starts = graphemeStarts(text);
      const longest = Math.max(
        0,
        ...Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment.length),
      );
      if (longest < limit) expect(chunks.every(({ start }) => starts.has(start))).toBe(true);
    }),
    { seed: 7, numRuns: runs },
  );

test("any text: the chunks joined are the text, and no grapheme is cut", () => expectNeverTorn(200));
inFullRuns("at length", () => {
  test("any text", () => expectNeverTorn(50_000), 600_000);
});
