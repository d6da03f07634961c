// What speaking a post takes: names that hold whoever asks, lengths that are not exceeded, prices.
import { describe, expect, test } from "@jest/globals";
import { aLongText, anSsml, aText } from "../test/texts.ts";
import { halve, type Plan, planSpeech, type Speakable } from "./plan.ts";
import { SsmlFault } from "./ssml.ts";

const VOICING = {
  voice: "Joanna",
  engine: "neural",
  language: "en-US",
  format: "mp3",
  sampleRate: 22_050,
  lexicons: [],
} as const;

const aPost = (content: string, more: Partial<Speakable> = {}): Speakable => ({
  ...VOICING,
  textType: "text",
  content,
  marks: false,
  ...more,
});

const hashes = (post: Speakable): readonly string[] => planSpeech(post).chunks.map(({ hash }) => hash);

test("the same post has the same hashes, and they are names of objects", () => {
  const [first = ""] = hashes(aPost("Good morning."));
  expect(first).toMatch(/^[\da-f]{64}$/);
  expect(planSpeech(aPost("Good morning."))).toMatchObject({
    chunks: [{ hash: first }],
    postHash: expect.stringMatching(/^[\da-f]{64}$/),
  });
  expect(hashes(aPost("Good morning.", { marks: true }))).toEqual([first]);
});

test.each<readonly [string, Partial<Speakable>]>([
  ["voice", { voice: "Matthew" }],
  ["engine", { engine: "standard" }],
  ["language", { language: "en-GB" }],
  ["format", { format: "ogg" }],
  ["sample rate", { sampleRate: 24_000 }],
  ["lexicon", { lexicons: [{ name: "names", hash: "1" }] }],
])("another %s is another audio", (_name, more) => {
  expect(hashes(aPost("Good morning.", more))).not.toEqual(hashes(aPost("Good morning.")));
  expect(planSpeech(aPost("Good morning.", more)).postHash).not.toBe(planSpeech(aPost("Good morning.")).postHash);
});

test("another content of a lexicon is another audio", () => {
  const [one, other] = ["1", "2"].map((hash) =>
    hashes(aPost("Good morning.", { lexicons: [{ name: "names", hash }] })),
  );
  expect(one).not.toEqual(other);
});

test("a text is the same however its accents were typed, and its places are those that were typed", () => {
  const typed = "Cafe\u0301 cre\u0300me";
  const [chunk] = planSpeech(aPost(typed)).chunks;
  expect(hashes(aPost(typed))).toEqual(hashes(aPost(typed.normalize("NFC"))));
  expect(chunk?.text).toBe("Café crème");
  expect([0, 4, 5, 10].map((at) => chunk?.original(at))).toEqual([0, 5, 6, 12]);
});

test("a letter that form C takes apart is still one place", () => {
  const [chunk] = planSpeech(aPost("\u0958a")).chunks;
  expect(chunk?.text).toBe("\u0915\u093ca");
  expect([0, 1, 2, 3].map((at) => chunk?.original(at))).toEqual([0, 0, 1, 2]);
});

test("blanks around a chunk are neither spoken nor billed", () => {
  const { chunks, chars } = planSpeech(aPost("  One.\n\n\n Two. \n"));
  expect(chunks.map(({ text, original }) => [text, original(0)])).toEqual([
    ["One.", 2],
    ["Two.", 10],
  ]);
  expect(chars).toBe(8);
});

test("the audio of a text is that of its copy with more blank lines, but not its marks", () => {
  const [near, far] = ["One.\n\nTwo.", "One.\n\n\nTwo."].map((text) =>
    [false, true].map((marks) => planSpeech(aPost(text, { marks })).postHash),
  );
  expect(near?.[0]).toBe(far?.[0]);
  expect(near?.[1]).not.toBe(far?.[1]);
});

test.each(["empty", "symbols"] as const)("%s: nothing to speak", (name) => {
  expect(planSpeech(aPost(aText(name)))).toMatchObject({ chunks: [], chars: 0, estimateSeconds: 0, microUsd: 0 });
});

test("it costs what its characters do, and twice that with marks", () => {
  expect(planSpeech(aPost("a".repeat(1_000)))).toMatchObject({ chars: 1_000, microUsd: 16_000, estimateSeconds: 67 });
  expect(planSpeech(aPost("a".repeat(1_000), { marks: true }))).toMatchObject({ chars: 2_000, microUsd: 32_000 });
  const prices = (["standard", "neural", "generative", "long-form"] as const).map(
    (engine) => planSpeech(aPost("a", { engine })).microUsd,
  );
  expect(prices).toEqual([4, 16, 30, 100]);
});

test("a text as long as a post may be", () => {
  const { chunks, chars } = planSpeech(aPost(aLongText()));
  expect(chars).toBeGreaterThan(99_000);
  expect(chunks.every((chunk) => chunk.chars <= 2_800 && chunk.seconds < 480)).toBe(true);
});

const ssml = (content: string): Plan => planSpeech(aPost(content, { textType: "ssml", engine: "standard" }));

const nested = (rate: number) =>
  `<speak><prosody rate="${rate}%"><prosody rate="${rate}%">${"a".repeat(30)}</prosody></prosody></speak>`;

describe("SSML", () => {
  test("is planned by what is spoken of it, with its pauses and its rate", () => {
    expect(ssml(anSsml()).chunks.length).toBe(3);
    const slow = `<speak><prosody rate="50%">${"a".repeat(150)}</prosody><break time="5s"/></speak>`;
    expect(ssml(slow)).toMatchObject({ chars: 150, estimateSeconds: 25 });
  });

  test("in slow speech within slow speech goes down to a fifth", () => {
    expect([50, 30].map((rate) => ssml(nested(rate)).estimateSeconds)).toEqual([8, 10]);
  });

  test("of twelve minutes is more than one chunk, each below eight", () => {
    const { chunks, estimateSeconds } = ssml(
      `<speak><prosody rate="20%">${"It goes on slowly. ".repeat(114)}</prosody></speak>`,
    );
    expect(estimateSeconds).toBeGreaterThan(700);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every(({ seconds }) => seconds <= 480)).toBe(true);
  });

  test("that its engine does not know is a fault", () => {
    const post = aPost("<speak><emphasis>a</emphasis></speak>", { textType: "ssml" });
    expect(() => planSpeech(post)).toThrow(SsmlFault);
  });

  test("that is none is a fault", () => expect(() => ssml("<speak>")).toThrow(SsmlFault));
});

describe("a chunk that took too long is halved", () => {
  test("a text", () => {
    const text = "1,111,111,111 is a long number. ".repeat(80).trim();
    const [chunk] = planSpeech(aPost(`\n\n${text}`)).chunks;
    if (chunk === undefined) throw new Error("nothing to speak");
    const halves = halve(chunk, VOICING);
    expect(halves.map((half) => half.text).join(" ")).toBe(text);
    expect(halves.map((half) => half.original(0))).toEqual(
      [2, ...halves.slice(1).map((half) => 2 + text.lastIndexOf(half.text))].slice(0, halves.length),
    );
    expect(halves.every((half) => half.chars <= chunk.chars / 2 + 1 && half.hash !== chunk.hash)).toBe(true);
  });

  test("SSML, within the elements around it", () => {
    const content = `<speak>\n<p>${"A number: 1,111,111,111. ".repeat(40)}</p></speak>`;
    const [chunk] = planSpeech(aPost(content, { textType: "ssml" })).chunks;
    if (chunk === undefined) throw new Error("nothing to speak");
    const halves = halve(chunk, VOICING);
    expect(halves.length).toBeGreaterThan(1);
    for (const { text, original } of halves) {
      expect(text).toMatch(/^<speak><p>A number.*1\.<\/p><\/speak>$/);
      expect(content.startsWith("A number", original(10))).toBe(true);
    }
  });

  test("but not what cannot be cut", () => {
    const whole = '<speak><say-as interpret-as="digits">123</say-as></speak>';
    const [chunk] = planSpeech(aPost(whole, { textType: "ssml" })).chunks;
    expect(chunk && halve(chunk, VOICING).map(({ text }) => text)).toEqual([whole]);
  });
});
