// SSML as posts bring it: what is refused and where, and how a document is cut into documents.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { anSsml, anSsmlDocument, ATOMS } from "../test/texts.ts";
import { ENGINES } from "./post.ts";
import { chunkSsml, type SsmlChunk } from "./ssml-chunks.ts";
import { billedChars, readSsml, SsmlFault } from "./ssml.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const inFullRuns = process.env["WARMSTART_FULL"] ? describe : describe.skip;

const faultOf = (ssml: string): readonly [number, number, string] | undefined => {
  try {
    readSsml(ssml);
    return undefined;
  } catch (error) {
    if (!(error instanceof SsmlFault)) throw error;
    return [error.line, error.column, error.detail];
  }
};

/** What is heard, without blanks: chunks are trimmed. */
const spoken = (ssml: string): string => readSsml(ssml).text.replaceAll(/\s+/g, "");

describe("a document is refused", () => {
  test.each<readonly [string, readonly [number, number, RegExp]]>([
    ["", [1, 1, /no <speak>/]],
    ["Hello", [1, 1, /one <speak>/]],
    ["<speak>\n  <p>Hello</speak>", [2, 11, /<p> must be closed first/]],
    ["<speak>Hello", [1, 13, /<speak> is not closed/]],
    ["<speak>Hello</speak></p>", [1, 21, /Nothing is open/]],
    ["<speak>a</speak><speak>b</speak>", [1, 17, /one <speak>/]],
    ["<speak>a</speak>\nb", [1, 17, /one <speak>/]],
    ["<p>a</p>", [1, 1, /one <speak>/]],
    ["<speak><speak>a</speak></speak>", [1, 8, /nowhere else/]],
    ['<!DOCTYPE speak [<!ENTITY a "b">]><speak>&a;</speak>', [1, 1, /Document types/]],
    ['<speak>\n<!ENTITY a "b">', [2, 1, /declarations of entities/]],
    ["<speak>&lol;</speak>", [1, 8, /&amp;/]],
    ["<speak>one & two</speak>", [1, 12, /&amp;/]],
    ["<speak>&#0;</speak>", [1, 8, /&amp;/]],
    ["<speak>&#xD800;</speak>", [1, 8, /&amp;/]],
    ["<speak>&#1114112;</speak>", [1, 8, /&amp;/]],
    ["<speak>1 < 2</speak>", [1, 10, /&lt;/]],
    ["<speak><![CDATA[a]]></speak>", [1, 8, /CDATA/]],
    ["<speak><?php a ?></speak>", [1, 8, /Processing/]],
    ["<speak><!-- a -- b --></speak>", [1, 8, /comment/]],
    ["<speak><!-- a", [1, 8, /comment/]],
    ["<speak>a\u0000</speak>", [1, 9, /character/]],
    ["<speak>a\ud800</speak>", [1, 9, /character/]],
    ["<speak>\r\n<audio src='a'/></speak>", [2, 1, /<audio> is not supported/]],
    ["<speak><constructor/></speak>", [1, 8, /not supported/]],
    ["<speak><break constructor='a'/></speak>", [1, 8, /no attribute constructor/]],
    ["<speak><break time='1s' time='2s'/></speak>", [1, 8, /twice/]],
    ["<speak><break time=1s/></speak>", [1, 8, /well-formed/]],
    ["<speak><break time='soon'/></speak>", [1, 8, /no such time/]],
    ["<speak><break time='10001ms'/></speak>", [1, 8, /10 s/]],
    ["<speak><break>a</break></speak>", [1, 15, /empty/]],
    ["<speak><sub>W3C</sub></speak>", [1, 8, /needs the attribute alias/]],
    ["<speak><sub alias='b'>a<mark name='c'/></sub></speak>", [1, 24, /text alone/]],
    ["<speak><say-as interpret-as='song'>a</say-as></speak>", [1, 8, /no such interpret-as/]],
    ["<speak><prosody rate='10%'>a</prosody></speak>", [1, 8, /no such rate/]],
    ["<speak><amazon:domain name='news'>a</amazon:domain></speak>", [1, 8, /not for the standard engine/]],
    ["<speak><sub alias='a & b'>a</sub></speak>", [1, 8, /&amp;/]],
    ["<speak><prosody rate='quick'>a</prosody></speak>", [1, 8, /no such rate/]],
    ["<speak><p>a<p>b</p></p></speak>", [1, 12, /cannot be in/]],
    ["<speak><s>a<p>b</p></s></speak>", [1, 12, /cannot be in/]],
    ["<speak><s>a<s>b</s></s></speak>", [1, 12, /cannot be in/]],
    [`<speak>${"<emphasis>".repeat(100)}a`, [1, 998, /100 deep/]],
  ])("%j", (ssml, [line, column, detail]) => {
    expect(faultOf(ssml)).toEqual([line, column, expect.stringMatching(detail)]);
  });

  test("of more than a million characters", () => {
    const breaks = `<speak>a${"<break/>".repeat(125_000)}</speak>`;
    expect(faultOf(breaks)).toEqual([1, 1_000_001, expect.stringMatching(/1000000 characters/)]);
  });

  test("however long it is, before anything else is at a stand", () => {
    for (const part of ["<p>", "<emphasis>", "<!--", "<a ", "<break ", "<speak x='", "&", "&amp;<", "<s></s><"])
      expect(faultOf(`<speak>${part.repeat(50_000)}</speak>`)).toBeDefined();
  });
});

test.each([
  ["<emphasis>a</emphasis>", ["standard"]],
  ["<prosody pitch='high'>a</prosody>", ["standard"]],
  ["<amazon:effect name='whispered'>a</amazon:effect>", ["standard"]],
  ["<amazon:effect name='drc'>a</amazon:effect>", ["standard", "neural", "long-form"]],
  ["<amazon:domain name='news'>a</amazon:domain>", ["neural"]],
  ["<prosody rate='slow'>a</prosody>", ENGINES],
] as const)("%s is for some engines: %j", (ssml, engines) => {
  const taken = ENGINES.filter((engine) => {
    try {
      return readSsml(`<speak>${ssml}</speak>`, engine);
    } catch {
      return false;
    }
  });
  expect(taken).toEqual(engines);
});

test("a document is read with its entities, and tags are not billed", () => {
  const ssml = readSsml("<speak>R&amp;D <break time='1s'/>&#x4F60;&#128640; <!-- no -->go</speak>");
  expect(ssml.text).toBe("R&D \u034f你🚀 go");
  expect(billedChars(ssml)).toBe("R&amp;D &#x4F60;&#128640; go".length);
});

const expectChunks = (ssml: string, limits?: { billed: number; seconds: number }): readonly SsmlChunk[] => {
  const chunks = chunkSsml(readSsml(ssml), "en-US", limits);
  expect(chunks.map(({ text }) => spoken(text)).join("")).toBe(spoken(ssml));
  for (const { text, chars, seconds } of chunks) {
    expect(chars).toBe(billedChars(readSsml(text)));
    expect([chars <= (limits?.billed ?? 2_800), text.length <= 5_800, seconds <= 480]).toEqual([true, true, true]);
  }
  return chunks;
};

describe("a document is cut", () => {
  test("at its paragraphs, each between the tags around it", () => {
    const texts = expectChunks(anSsml()).map(({ text }) => text);
    expect(texts.length).toBe(3);
    expect(texts[2]).toBe(
      '<speak xml:lang="en-US"><p><amazon:effect name="whispered">Good night, 世界.</amazon:effect></p></speak>',
    );
  });

  test("between sentences, with the elements around closed and opened again", () => {
    const ssml = "<speak><prosody rate='90%'><s>One two.</s><s>Three four.</s></prosody></speak>";
    expect(expectChunks(ssml, { billed: 12, seconds: 480 }).map(({ text }) => text)).toEqual([
      "<speak><prosody rate='90%'><s>One two.</s></prosody></speak>",
      "<speak><prosody rate='90%'><s>Three four.</s></prosody></speak>",
    ]);
  });

  test("also where a sentence ends in an abbreviation", () => {
    const ssml = "<speak><s>I saw the Dr.</s><s>He slept.</s></speak>";
    const texts = expectChunks(ssml, { billed: 15, seconds: 480 }).map(({ text }) => text);
    expect(texts).toEqual(["<speak><s>I saw the Dr.</s></speak>", "<speak><s>He slept.</s></speak>"]);
  });

  test("with the pause between two paragraphs behind the first", () => {
    expect(expectChunks("<speak><p>a</p><break time='2s'/><p>b</p></speak>").map(({ text }) => text)).toEqual([
      "<speak><p>a</p><break time='2s'/></speak>",
      "<speak><p>b</p></speak>",
    ]);
  });

  test("but not within a number, a spelling or another reading of it", () => {
    const whole = '<say-as interpret-as="characters">A. B. C. D</say-as>';
    const texts = expectChunks(`<speak>Here it is now: ${whole} and so on.</speak>`, { billed: 18, seconds: 480 });
    expect(texts.some(({ text }) => text.includes(whole))).toBe(true);
  });

  test("before it takes eight minutes", () => {
    const slow = `<speak><prosody rate="20%">${"A slow word or two. ".repeat(108)}</prosody></speak>`;
    const chunks = expectChunks(slow);
    expect(chunks.length).toBe(2);
    expect(expectChunks(`<speak>a${'<break time="10s"/>b'.repeat(100)}</speak>`).length).toBe(3);
  });

  test("where its tags alone would be too long for a call", () => {
    expect(expectChunks(`<speak>${'a <break time="10ms"/>'.repeat(1_000)}</speak>`).length).toBe(4);
    expect(expectChunks(`<speak>a${"<break strength='none'/>".repeat(1_000)}b</speak>`).length).toBe(5);
  });

  test("unless that would tear what belongs together", () => {
    const ssml = readSsml(`<speak>\n<sub alias="a">${"a".repeat(2_801)}</sub></speak>`);
    expect(() => chunkSsml(ssml, "en-US")).toThrow(
      new SsmlFault(ssml.source, 23, "What starts here is too long for one call and cannot be cut"),
    );
  });

  test("and what has no sound is left out", () => {
    expect(expectChunks("<speak> <p>a</p> \n <p> </p> <p>b</p> </speak>").map(({ text }) => text)).toEqual([
      "<speak><p>a</p></speak>",
      "<speak><p>b</p></speak>",
    ]);
    expect(chunkSsml(readSsml("<speak><break time='1s'/> … <p/></speak>"), "en-US")).toEqual([]);
    expect(chunkSsml(readSsml("<speak/>"), "en-US")).toEqual([]);
  });
});

const TOKEN = /<[^>]*>|&[^;]*;|[^]/gu;

test("every character of a chunk is one of the document at the offset that it tells", () => {
  const source = anSsmlDocument(3);
  const wrong = expectChunks(source, { billed: 300, seconds: 480 })
    .flatMap(({ text, offset }) =>
      Array.from(text.matchAll(TOKEN), ({ index, 0: part }) => [
        part,
        source.slice(offset(index), offset(index + part.length, true)),
      ]),
    )
    .filter(([part, there]) => part !== there);
  expect(wrong).toEqual([]);
});

const expectSameSpoken = (seeds: number): void => {
  let cuts = 0;
  for (let seed = 0; seed < seeds; seed += 1) {
    const ssml = anSsmlDocument(seed);
    for (const billed of [2_800, 120]) {
      const texts = expectChunks(ssml, { billed, seconds: 480 }).map(({ text }) => text);
      cuts += texts.length;
      for (const atom of ATOMS) expect(texts.join("").split(atom).length).toBe(ssml.split(atom).length);
    }
  }
  expect(cuts).toBeGreaterThan(seeds);
};

const expectNoOtherError = (runs: number): void => {
  const part = fc.oneof(
    fc.string({ unit: character, maxLength: 8 }),
    fc.constantFrom(
      "<speak>",
      "</speak>",
      "<p>",
      "</p>",
      "<break/>",
      "<s>",
      "</s>",
      "&amp;",
      "<!--",
      "-->",
      "a. ",
      "='",
      '"',
      "<mark name='a'/>",
    ),
  );
  const parts = fc.array(part, { maxLength: 30 });
  const property = fc.property(parts, fc.boolean(), (parts, isWrapped) => {
    const ssml = isWrapped ? `<speak>${parts.join("")}</speak>` : parts.join("");
    if (faultOf(ssml) === undefined) expectSound(ssml);
  });
  fc.assert(property, { seed: 11, numRuns: runs });
};

const sounds = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]+/gu, "");

const expectSound = (ssml: string): void => {
  const chunks = chunkSsml(readSsml(ssml), "en-US", { billed: 40, seconds: 480 });
  expect(sounds(chunks.map(({ text }) => readSsml(text).text).join(""))).toBe(sounds(readSsml(ssml).text));
};

test("generated documents: the chunks say the same in the same order, and nothing whole is cut", () =>
  expectSameSpoken(25));
test("any characters: read, or refused with a place", () => expectNoOtherError(300));
inFullRuns("at length", () => {
  test("generated documents", () => expectSameSpoken(400), 600_000);
  test("any characters", () => expectNoOtherError(50_000), 600_000);
});
