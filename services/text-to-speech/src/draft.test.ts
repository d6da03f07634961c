// What a client sends, made into a post; what is refused, functions/create-post.test.ts shows.
import { describe, expect, test } from "@jest/globals";
import { type Draft, draftPost, textOf } from "./draft.ts";
import type { NewPost } from "./post-schemas.ts";
import type { Voice, VoicePort } from "./ports.ts";

const voice = (id: string, language: string, engines: readonly string[], more: readonly string[] = []): Voice => ({
  id,
  name: id,
  gender: "Female",
  language,
  languages: [language, ...more],
  engines,
});
const ALL = [
  voice("Ann", "en-US", ["long-form", "generative"]),
  voice("Aditi", "en-IN", ["standard"], ["hi-IN"]),
  voice("Joanna", "en-US", ["generative", "neural", "standard"]),
  voice("Lea", "fr-FR", ["neural", "standard"]),
  voice("Ruth", "en-US", ["generative", "long-form", "neural"]),
  voice("Tiffany", "en-US", ["generative"]),
];
const voices: VoicePort = { voices: async () => ALL, lexiconHash: async (name) => `hash of ${name}` };
const draft = (body: NewPost): Promise<Draft> => draftPost({ voices, maxChars: 1000 }, { text: "Hello.", ...body });

describe("the voice", () => {
  test.each<[string, NewPost, object]>([
    ["is Joanna's where none is named", {}, { voice: "Joanna", engine: "standard", language: "en-US", sampleRate: 22_050 }],
    ["has the cheapest engine that it offers", { voice: "Ruth" }, { engine: "neural", sampleRate: 24_000 }],
    ["has the cheapest with marks that it offers", { voice: "Ann", marks: true }, { engine: "long-form" }],
    ["has the cheapest, which is not the first of Polly's list", { voice: "Ann" }, { engine: "generative" }],
    ["has the engine that is named", { voice: "Ruth", engine: "long-form" }, { engine: "long-form" }],
    ["speaks the language that is named", { language: "fr-FR" }, { voice: "Lea", language: "fr-FR" }],
    ["speaks its second language", { voice: "Aditi", language: "hi-IN" }, { voice: "Aditi", language: "hi-IN" }],
    ["is found for an engine", { engine: "long-form" }, { voice: "Ann" }],
    ["is one that gives marks", { marks: true, engine: "neural" }, { voice: "Joanna", engine: "neural" }],
  ])("%s", async (_what, body, expected) => {
    expect(await draft(body)).toMatchObject(expected);
  }); // prettier-ignore

  test("of one that has no marks at all, what would do is nothing of its own", async () => {
    await expect(draft({ voice: "Tiffany", marks: true })).rejects.toMatchObject({ code: "voice", extensions: { voices: [] } });
  }); // prettier-ignore
});

describe("the title", () => {
  test.each([
    ["as given", { title: "Mine", text: "Other words." }, "Mine"],
    ["the first words", { text: "\n One two\tthree. " }, "One two three."],
    ["cut between words", { text: "word ".repeat(30) }, "word ".repeat(12).trim()],
    ["cut in a word where there is no other place", { text: "🦊a".repeat(50) }, "🦊a".repeat(30)],
  ])("is %s", async (_how, body, title) => {
    expect((await draft(body)).title).toBe(title);
  });

  test("of SSML is of what is said", async () => {
    const { title } = await draftPost({ voices, maxChars: 1000 }, { ssml: "<speak>Tea &amp; <s>toast</s></speak>" });
    expect(title).toBe("Tea & toast");
    const paused = await draftPost({ voices, maxChars: 1000 }, { ssml: "<speak>Tea<break/>is ready.</speak>" });
    expect(paused.title).toBe("Tea is ready.");
  });
});

const pauses = (count: number): NewPost => ({
  ssml: `<speak>Wait. ${'<break time="10s"/>'.repeat(count)} Now.</speak>`,
});

describe("what was sent", () => {
  test.each(["text", "ssml"])("is what offsets are those of, in whatever form of Unicode: %s", async (kind) => {
    const sent = `${kind === "ssml" ? "<speak>" : ""}cafe\u0301`;
    expect(textOf({ [kind]: sent })).toEqual({ textType: kind, content: sent });
    await expect(draftPost({ voices, maxChars: 99 }, { [kind]: `${sent}\0` })).rejects.toMatchObject({
      code: "invalid-text",
      extensions: { offset: sent.length },
    });
  });

  test("has so many characters as Polly bills, when it is said to be too long", async () => {
    await expect(draft({ text: "e\u0301".repeat(1001) })).rejects.toMatchObject({ extensions: { chars: 1001 } });
    expect(await draft({ text: "e\u0301".repeat(1000) })).toMatchObject({ chars: 1000 });
  });

  test("falls into 1,000 chunks at most", async () => {
    const ports = { voices, maxChars: 100_000 };
    expect(await draftPost(ports, { text: "a\n\n".repeat(1000) })).toMatchObject({ chars: 1000 });
    await expect(draftPost(ports, { text: "a\n\n".repeat(1001) })).rejects.toMatchObject({
      code: "too-much-to-speak",
      extensions: { chunks: 1001, maxChunks: 1000 },
    });
  });

  test("takes twelve hours at most, however cheap its silence is", async () => {
    const ports = { voices, maxChars: 100_000 };
    expect(await draftPost(ports, pauses(4319))).toMatchObject({ chars: expect.any(Number) });
    await expect(draftPost(ports, pauses(4320))).rejects.toMatchObject({
      code: "too-much-to-speak",
      extensions: { seconds: 43_201, maxSeconds: 43_200 },
    });
  });
});

test("the same text in another form of Unicode is the same post, another lexicon's content is not", async () => {
  const [composed, decomposed] = [{ text: "caf\u00e9" }, { text: "cafe\u0301" }];
  const { postHash } = await draft(composed);
  expect((await draft(decomposed)).postHash).toBe(postHash);
  const changed: VoicePort = { ...voices, lexiconHash: async () => "another" };
  const body = { ...composed, lexicons: ["w3c"] };
  const hashes = [voices, changed].map(
    async (port) => (await draftPost({ voices: port, maxChars: 99 }, body)).postHash,
  );
  expect(new Set([postHash, ...(await Promise.all(hashes))]).size).toBe(3);
});

test("nothing of a draft is the text", async () => {
  const made = await draft({ text: "Nobody reads this but the voice.", title: "Letter", marks: true });
  expect(JSON.stringify(made)).not.toContain("Nobody");
  expect(made).toMatchObject({ chars: 64, microUsd: 256, textType: "text", format: "mp3" });
});
