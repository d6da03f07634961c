// SSML and lexicons as runs: every unit of them stands where it says in the request, whatever is sent.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { applyLexicons, readLexicon } from "./lexicon.ts";
import { sayAs } from "./say-as.ts";
import type { Run } from "./speech-port.ts";
import { ENGINES } from "./voices.ts";
import { byteOffsets, plain, readSsml, type Spoken } from "./ssml.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const SEED = 20_260_115;
const WORDS = ["one", "café", "你好", "👩‍👩‍👧", "W3C", "a &amp; b", "&#8217;", " ", "\n", "1 &lt; 2", "“x”", "&#x1F600;"];
const read = (text: string): Spoken => readSsml(text, "standard");
const speeches = ({ runs }: Pick<Spoken, "runs">) => runs.filter((run) => run.kind === "speech");
const shown = (run: Run): string =>
  run.kind === "speech" ? run.text : run.kind === "silence" ? `${run.ms} ms` : `<${run.name}>`;
const decoded = (text: string): string =>
  text.replaceAll("&#8217;", "’").replaceAll("&#x1F600;", "😀").replaceAll("&lt;", "<").replaceAll("&amp;", "&");

const squeezed = (given: string): string => given.replaceAll(/\s+/g, "");
/** The code of the refusal; what is no refusal is thrown on. */
const outcomeOf = (act: () => unknown): string => {
  try {
    act();
    return "read";
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
};

describe("runs", () => {
  test.each<[string, readonly string[]]>([
    ["<speak>One <emphasis>two</emphasis> three</speak>", ["One two three"]],
    ['<speak>One<break time="1.5s"/>two<break/></speak>', ["One", "1500 ms", "two", "300 ms"]],
    ["<speak><p>One.</p><p><s>Two.</s> <s>Three.</s></p></speak>", ["One.", "800 ms", "Two.", "400 ms", "Three."]],
    ['<speak>A <mark name="m"/>b</speak>', ["A ", "<m>", "b"]],
    ['<speak>A <sub alias="Bee">B</sub> c</speak>', ["A Bee c"]],
    ['<speak><prosody rate="slow">A</prosody> b</speak>', ["A", " b"]],
    ["<speak>A<!-- <not> &read; -->b</speak>", ["Ab"]],
    [
      `<?xml version="1.0"?>\n<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">a</speak>\n`,
      ["a"],
    ],
    ["<speak>\n <break strength='none'/> \n</speak>", []],
    ["<speak>a<break strength='weak'/></speak>", ["a", "300 ms"]],
  ])("%s", (text, runs) => {
    expect(read(text).runs.map(shown)).toEqual(runs);
  });

  test("prosody nests: rates are of the voice, decibels of what is around, names of neither", () => {
    const { runs } = read(
      '<speak><prosody rate="200%" volume="loud">a<prosody volume="+6dB">b</prosody><prosody rate="fast" volume="silent">c</prosody></prosody>d</speak>',
    );
    const numbers = speeches({ runs }).map(({ text, rate, gain }) => [text, rate, Number(gain.toFixed(2))]);
    expect(numbers).toEqual([["a", 2, 1.58], ["b", 2, 3.16], ["c", 1.25, 0], ["d", 1, 1]]); // prettier-ignore
  });

  test.each([
    ["digits", "", "2026", "2 0 2 6"],
    ["spell-out", "", "W3c", "W 3 C"],
    ["telephone", "", "+1 (206) 555-0100", "plus 1, 2 0 6, 5 5 5, 0 1 0 0"],
    ["date", "dmy", "03-04-2026", "April 3 2026"],
    ["date", "yyyymmdd", "20260704", "July 4 2026"],
    ["date", "my", "12/1999", "December 1999"],
    ["date", "", "2026-01-15", "January 15 2026"],
    ["date", "mdy", "99/99/9999", "99/99/9999"],
    ["date", "mdy", "May 4, 2026", "May 4, 2026"],
    ["fraction", "", "3/4", "3/4"],
  ])("%s in the form %j: %s is %s", (how, format, text, expected) => {
    expect(sayAs(text, how, format)).toBe(expected);
  });
});

test("however loud it is asked for, it is a number", () => {
  const [open, close] = ["<prosody volume='+99dB'>".repeat(90), "</prosody>".repeat(90)];
  expect(speeches(read(`<speak>${open}a${close}</speak>`))).toMatchObject([{ gain: 100 }]);
});

test.each([
  "<amazon:emotion name='excited' intensity='low'>a</amazon:emotion>",
  "<amazon:domain name='fun'>a</amazon:domain>",
])("Alexa's own tags are none of Polly's: %s", (tag) => {
  expect(outcomeOf(() => read(`<speak>${tag}</speak>`))).toBe("InvalidSsmlException");
});

// https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
test.each([
  ["<amazon:domain name='news'>a</amazon:domain>", "neural"],
  ["<amazon:effect name='drc'>a</amazon:effect>", "standard neural long-form"],
  ["<amazon:effect name='whispered'>a</amazon:effect>", "standard"],
  ["<amazon:effect phonation='soft'>a</amazon:effect>", "standard"],
  ["<prosody pitch='high'>a</prosody>", "standard"],
  ["<mark name='drc'/>a", "standard neural long-form generative"],
  ["<prosody rate='slow'>a</prosody>", "standard neural long-form generative"],
])("%s is for the engines %s", (tag, engines) => {
  const takes = (engine: string) => outcomeOf(() => readSsml(`<speak>${tag}</speak>`, engine)) === "read";
  expect(ENGINES.filter(takes).join(" ")).toBe(engines);
});

describe("whatever is sent", () => {
  test("is read, or refused as SSML", () => {
    const fine = ["read", "InvalidSsmlException"];
    const bits = ["<speak>", "</speak>", "<p>", "</p>", "<break/>", "<s ", "a='", '"', ">", "&", "&amp;", ";", "<!--", "-->", "<![CDATA[", "<?", "\u0000", "\ud800", "é"]; // prettier-ignore
    const soup = fc
      .array(fc.oneof(fc.constantFrom(...bits), fc.string()), { maxLength: 30 })
      .map((each) => each.join(""));
    fc.assert(
      fc.property(soup, (text) => expect(fine).toContain(outcomeOf(() => read(text)))),
      { seed: SEED, numRuns: FULL ? 2_000 : 500 },
    );
    fc.assert(
      fc.property(soup, (text) => expect(fine).toContain(outcomeOf(() => read(`<speak>${text}</speak>`)))),
      { seed: SEED, numRuns: FULL ? 2_000 : 500 },
    );
  });

  /** Well-formed SSML of any shape, with the text that is in it. */
  const { tree } = fc.letrec<{ tree: { ssml: string; text: string } }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }).map((words) => ({ ssml: words.join(""), text: decoded(words.join("")) })), // prettier-ignore
      fc
        .tuple(
          fc.constantFrom("p", "s", "emphasis", "w role='x'", "prosody rate='slow'"),
          fc.array(tie("tree"), { maxLength: 4 }),
        ) // prettier-ignore
        .map(([tag, inner]) => ({
          ssml: `<${tag}>${inner.map(({ ssml }) => ssml).join("")}</${tag.split(" ")[0]}>`,
          text: inner.map(({ text }) => text).join(""),
        })),
    ),
  }));

  test("no text is lost, billed twice or misplaced", () => {
    fc.assert(
      fc.property(tree, ({ ssml, text }) => {
        const source = `<speak>${ssml}</speak>`;
        const spoken = read(source);
        expect(spoken.chars).toBe(text.length);
        expect(squeezed(speeches(spoken).map((run) => run.text).join(""))).toBe(squeezed(text)); // prettier-ignore
        const bytes = Buffer.from(source);
        for (const run of speeches(spoken))
          for (const [unit, at] of (run.bytes ?? []).slice(0, -1).entries()) {
            const code = run.text.codePointAt(unit) ?? 0;
            if (code >= 0xdc00 && code < 0xe000) continue; // the second half of a pair
            const here = bytes.subarray(at, at + 12).toString();
            expect(decoded(here).startsWith(String.fromCodePoint(code))).toBe(true);
          }
      }),
      { seed: SEED, numRuns: FULL ? 300 : 100 },
    );
  });

  test("offsets in bytes are those of UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const offsets = byteOffsets(text);
        for (const { index } of text.matchAll(/./gsu))
          expect(offsets[index]).toBe(Buffer.byteLength(text.slice(0, index)));
        expect(offsets[text.length]).toBe(Buffer.byteLength(text));
      }),
      { seed: SEED },
    );
  });

  test("aliases change the words of a lexicon alone, and keep the places of all others", () => {
    const lexicon = readLexicon(
      '<lexicon xml:lang="en"><lexeme><grapheme>W3C</grapheme><alias>World Wide Web</alias></lexeme><lexeme><grapheme>café</grapheme><grapheme>C++</grapheme><alias>x</alias></lexeme></lexicon>',
    );
    const words = fc.array(fc.constantFrom("W3C", "W3Cs", "café", "C++", "cafés", "one", "你好", "😀", "."), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(words, (given) => {
        const text = given.join(" ");
        const spoken = applyLexicons(plain(text), [lexicon]);
        const said = given.map((word) => lexicon.aliases.get(word) ?? word).join(" ");
        expect(speeches(spoken).map((run) => run.text)).toEqual([said]);
        const bytes = Buffer.from(text);
        for (const run of speeches(spoken))
          for (const { 0: word, index } of run.text.matchAll(/(?<=^| )[^ ]+/g)) {
            const start = run.bytes?.[index] ?? byteOffsets(text)[index] ?? 0;
            const end = spoken.aliases.get(start) ?? start + Buffer.byteLength(word);
            expect(given).toContain(bytes.subarray(start, end).toString());
          }
      }),
      { seed: SEED, numRuns: FULL ? 300 : 100 },
    );
  });

  test("is a lexicon, or refused as one", () => {
    const fine = ["read", "InvalidLexiconException"];
    const bits = ["<lexicon xml:lang='en'>", "</lexicon>", "<lexeme>", "</lexeme>", "<grapheme>", "</grapheme>", "<alias>", "</alias>", "a", "&", "<"]; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 12 }), (parts) =>
        expect(fine).toContain(outcomeOf(() => readLexicon(`<lexicon xml:lang="en">${parts.join("")}</lexicon>`))),
      ),
      { seed: SEED, numRuns: FULL ? 1_000 : 300 },
    );
  });
});
