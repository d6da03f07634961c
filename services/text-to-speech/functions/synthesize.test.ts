// Posts as they are spoken, by the deployed functions and a Polly that really speaks.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import type { Mark } from "../src/marks.ts";
import type { PostView } from "../src/post-schemas.ts";
import { openTts, type Tts } from "../test/open-tts.ts";
import { audioOf, billedBy, budgetOf, decode, hasFfmpeg, pollyCalls, sendAgain, spokenPost } from "../test/speaking.ts";

const SUBJECTS = [
  "river",
  "mountain",
  "lighthouse",
  "orchard",
  "harbour",
  "library",
  "market",
  "meadow",
  "bridge",
  "mill",
];
const isFull = process.env["WARMSTART_FULL"] === "1";
const inFullRuns = isFull ? describe : describe.skip;

const COUNT = isFull ? SUBJECTS.length : 5;
const paragraphs = SUBJECTS.slice(0, COUNT).map(
  (subject, at) => `Number ${at + 1} is about a ${subject}. Nobody has seen it since.`,
);
const text = paragraphs.join("\n\n");
const FRAME_MS = (576 * 1000) / 22_050;

let it: Tts;
let ann: TestUser;
beforeAll(async () => {
  it = await openTts();
  ann = await it.person();
});
afterAll(() => it.cloud.close());

const objectsUnder = async (prefix: string): Promise<readonly string[]> =>
  (await it.objects()).filter((key) => key.startsWith(prefix));

describe(`a post of ${COUNT} paragraphs`, () => {
  test("is ready, as one file whose header tells its length to the frame", async () => {
    const post = await spokenPost(it, ann, { text });
    expect(post).toMatchObject({ status: "ready", cachedChars: 0 });
    const calls = await pollyCalls(it);
    expect(calls).toHaveLength(COUNT);
    expect(post.billedChars).toBe(calls.reduce((sum, { facts }) => sum + (facts?.characters ?? 0), 0));
    expect(await budgetOf(it)).toEqual({ chars: post.billedChars, microUsd: (post.billedChars ?? 0) * 4 });
    const audio = await audioOf(post);
    expect(audio).toHaveLength(post.bytes ?? 0);
    if (!hasFfmpeg) return;
    const { headerMs, decodedMs, warnings } = decode(audio);
    expect(warnings).toBe("");
    for (const ms of [headerMs, decodedMs]) expect(Math.abs(ms - (post.durationMs ?? 0))).toBeLessThan(FRAME_MS);
  });

  test("posted again is ready at once, without a call", async () => {
    const billed = await billedBy(it, async () => {
      const answer = await it.post(ann, { text });
      expect(answer).toBeHttp(200);
      await it.cloud.idle();
    });
    expect(billed).toEqual([]);
  });

  test("with one paragraph edited costs that paragraph", async () => {
    const edited = text.replace("orchard", "vineyard");
    const length = (paragraphs[3]?.length ?? 0) + "vineyard".length - "orchard".length;
    let post;
    const billed = await billedBy(it, async () => {
      post = await spokenPost(it, ann, { text: edited });
    });
    expect(billed).toHaveLength(1);
    expect(Math.abs((billed[0] ?? 0) - length)).toBeLessThanOrEqual(2); // the line ends between them may be in it
    const chars = (await it.itemsOf("AUDIO")).map((audio) => Number(audio["chars"])).toSorted((a, b) => a - b);
    expect(post).toMatchObject({
      status: "ready",
      billedChars: billed[0],
      cachedChars: (chars[1] ?? 0) - (billed[0] ?? 0),
    });
  });

  test("of somebody else is bought anew: nobody learns what others had spoken", async () => {
    const bob = await it.person();
    const billed = await billedBy(it, () => spokenPost(it, bob, { text }));
    expect(billed).toHaveLength(COUNT);
  });
});

test("a post in Ogg Vorbis has the length that is decoded", async () => {
  const post = await spokenPost(it, ann, { text: "This one is short, and in another format.", format: "ogg" });
  expect(post).toMatchObject({ status: "ready", cachedChars: 0 });
  expect(post.durationMs).toBeGreaterThan(1_500);
  const audio = await audioOf(post);
  expect(audio.subarray(0, 4).toString()).toBe("OggS");
  if (!hasFfmpeg) return;
  const { decodedMs, warnings } = decode(audio);
  expect(warnings).toBe("");
  expect(Math.abs(decodedMs - (post.durationMs ?? 0))).toBeLessThan(FRAME_MS);
});

describe("a message", () => {
  const TIMES = isFull ? 10 : 4;

  test(`that comes ${TIMES} times makes one object, once`, async () => {
    const body = { text: "The same message came many times. It was read once." };
    const post = await spokenPost(it, ann, body);
    const [audio, objects, budget, items] = [
      await audioOf(post),
      await it.objects(),
      await budgetOf(it),
      await it.items(),
    ];
    const billed = await billedBy(it, async () => {
      for (let time = 0; time < TIMES; time++) await sendAgain(it, post.id);
      expect(await it.cloud.idle()).toHaveNoDeadLetters();
    });
    expect(billed).toEqual([]);
    expect([await it.objects(), await budgetOf(it), await it.items()]).toEqual([objects, budget, items]);
    expect((await audioOf(await it.view(ann, post.id))).equals(audio)).toBe(true);
  });

  test("that comes twice at once is bought once", async () => {
    const { id } = await it.cloud.faults.add({
      match: { action: "Deliver", service: "sqs" },
      effect: { kind: "duplicate" },
    });
    const before = await objectsUnder("a/");
    const texts = [1, 2, 3].map(
      (at) => `Post ${at} was sent twice.\n\nAnd this is its second paragraph, number ${at}.`,
    );
    const billed = await billedBy(it, async () => {
      const posts = await Promise.all(texts.map((each) => it.accepted(ann, { text: each })));
      await it.cloud.idle();
      await it.cloud.clock.advance("6m");
      expect(await it.cloud.idle()).toHaveNoDeadLetters();
      for (const each of posts) expect(await it.view(ann, each.id)).toMatchObject({ status: "ready", cachedChars: 0 });
    });
    expect((await it.cloud.faults.list())[0]?.struck).toBeGreaterThanOrEqual(3);
    await it.cloud.faults.clear(id);
    expect(billed).toHaveLength(6);
    expect((await objectsUnder("a/")).length - before.length).toBe(3);
  });
});

test("two posts with the same content at once are one audio, and both are ready", async () => {
  const body = { text: "Twins are posted at once, and one of them is spoken.\n\nThe other one listens." };
  const billed = await billedBy(it, async () => {
    const posts = await Promise.all([it.accepted(ann, body), it.accepted(ann, body)]);
    await it.cloud.idle();
    await it.cloud.clock.advance("6m");
    for (const { id } of posts) expect(await it.view(ann, id)).toMatchObject({ status: "ready" });
  });
  expect(billed.length).toBeGreaterThanOrEqual(2);
  const twins = (await it.itemsOf("AUDIO")).filter(({ refs }) => refs === 2);
  expect(twins.length).toBeGreaterThanOrEqual(1);
});

const expectInPlace = (content: string, marks: readonly Mark[]): void => {
  for (const { start, end, startByte, endByte, value } of marks) {
    expect(content.slice(start, end)).toBe(value);
    expect(Buffer.from(content).subarray(startByte, endByte).toString()).toBe(value);
  }
};

describe("speech marks", () => {
  test("are whole where Polly cuts the last character of a value in two", async () => {
    const content = "A café, a naïveté.\n\nThen “déjà” and 🎉crêpé🎉, and it ends.";
    const { id } = await it.cloud.faults.add({ match: { service: "polly" }, effect: { kind: "cut-multibyte" } });
    const { marksUrl = "" } = await spokenPost(it, ann, { text: content, marks: true });
    const [fault] = await it.cloud.faults.list();
    expect(fault?.struck).toBe(2);
    await it.cloud.faults.clear(id);
    const marks = (await (await fetch(marksUrl)).json()) as Mark[]; // what the job wrote
    expectInPlace(content, marks);
    expect(marks.map(({ value }) => value)).toEqual(expect.arrayContaining(["café", "naïveté", "déjà"]));
  });

  test("stand at their words, in order of time, over all chunks", async () => {
    // An é in two characters too: places are those of the text that was sent.
    const content =
      "The cafe\u0301 — “quiet” today — sells crêpes.\n\nA second paragraph says naïve things. 😀 Then it ends.";
    const post = await spokenPost(it, ann, { text: content, marks: true });
    const marks = (await (await fetch(post.marksUrl ?? "")).json()) as Mark[]; // what the job wrote
    const words = marks.filter(({ type }) => type === "word");
    expectInPlace(content, marks);
    expect(words.map(({ value }) => value)).toEqual(expect.arrayContaining(["cafe\u0301", "crêpes", "second", "ends"]));
    const times = marks.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(post.durationMs ?? 0);
    const second = words.find(({ value }) => value === "second");
    expect(second?.time).toBeGreaterThan((post.durationMs ?? 0) / 3);
  });
});

/** The words that have a mark. */
const wordsOf = async ({ marksUrl = "" }: PostView): Promise<readonly string[]> => {
  const marks = (await (await fetch(marksUrl)).json()) as Mark[]; // what the job wrote
  return marks.filter(({ type }) => type === "word").map(({ value }) => value);
};

inFullRuns("what takes longer than Polly's ten minutes is heard to its end", () => {
  test("a chunk of twelve minutes that does not look like it, as numbers do", async () => {
    const numbers = Array.from({ length: 310 }, (_, at) => `${70_777 + at * 51}.`).join(" ");
    const before = (await pollyCalls(it)).length;
    const post = await spokenPost(it, ann, { text: `${numbers} The end.` });
    const calls = (await pollyCalls(it)).slice(before);
    expect(post).toMatchObject({ status: "ready" });
    expect(post.durationMs).toBeGreaterThan(660_000);
    const [cut = 0, ...halves] = calls.map(({ facts }) => facts?.characters ?? 0);
    expect(halves.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...halves)).toBeLessThan(cut * 0.6);
    expect(post.billedChars).toBe(halves.reduce((sum, chars) => sum + chars, cut));
  }, 180_000);

  test("slow prosody of twelve minutes, with all its words", async () => {
    const words = Array.from({ length: 660 }, (_, at) => (at % 10 === 9 ? "yes." : "no"));
    const ssml = `<speak><prosody rate="20%">${words.join(" ")} Finally the last of them.</prosody></speak>`;
    const post = await spokenPost(it, ann, { ssml, marks: true });
    expect(post).toMatchObject({ status: "ready" });
    expect(post.durationMs).toBeGreaterThan(660_000);
    const spoken = await wordsOf(post);
    expect(spoken.slice(-5)).toEqual(["Finally", "the", "last", "of", "them"]);
    expect(spoken).toHaveLength(665);
  }, 120_000);
});

describe("what Polly refuses for good", () => {
  test.each(["LexiconNotFoundException", "InvalidSsmlException", "TextLengthExceededException"])(
    "%s: the post fails at once, with the reason, and nothing is spent",
    async (code) => {
      const before = await budgetOf(it);
      const match = { service: "polly", action: "SynthesizeSpeech" };
      const { id } = await it.cloud.faults.add({ match, effect: { kind: "error", code, status: 400, message: "No." } });
      const post = await spokenPost(it, ann, { text: `This is refused with ${code}.` });
      await it.cloud.faults.clear(id);
      const error = {
        code: code
          .replace("Exception", "")
          .replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-")
          .toLowerCase(),
        detail: "No.",
      };
      expect(post).toMatchObject({ status: "failed", error });
      expect(await budgetOf(it)).toEqual(before);
    },
  );

  test("audio without a byte for a text that has letters: no-audio", async () => {
    const { id } = await it.cloud.faults.add({ match: { service: "polly" }, effect: { kind: "no-audio" } });
    const post = await spokenPost(it, ann, { text: "There are letters in this one." });
    await it.cloud.faults.clear(id);
    expect(post).toMatchObject({ status: "failed", error: { code: "no-audio" } });
  });
});

test("a post that is deleted while it is spoken leaves no audio, and what it did not use of the budget", async () => {
  const [objects, budget] = [await objectsUnder("a/"), await budgetOf(it)];
  const match = { service: "polly", action: "SynthesizeSpeech" };
  const { id: fault } = await it.cloud.faults.add({ match, effect: { kind: "delay", ms: 500 } });
  const billed = await billedBy(it, async () => {
    const { id } = await it.accepted(ann, { text: "Somebody changes their mind.\n\nThis is deleted." });
    while ((await it.view(ann, id)).status === "queued");
    expect(await it.remove(ann, id)).toBeHttp(204);
    await it.cloud.idle();
    expect(await it.get(ann, `/posts/${id}`)).toBeProblem(404, "not-found");
  });
  await it.cloud.faults.clear(fault);
  const chars = billed.reduce((sum, each) => sum + each, 0);
  expect(await objectsUnder("a/")).toEqual(objects);
  expect(await budgetOf(it)).toEqual({ chars: budget.chars + chars, microUsd: budget.microUsd + chars * 4 });
});

test("no log line of the functions holds a word of a post", async () => {
  const lines = (await it.cloud.logs()).map(({ message }) => message).join("\n");
  for (const word of ["lighthouse", "crêpes", "Twins", "Finally", "letters in this"]) expect(lines).not.toContain(word);
});
