// What may be asked for, what may not, and what that leaves behind.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { openTts, type Tts } from "../test/open-tts.ts";

let tts: Tts;
let ann: TestUser;
beforeAll(async () => {
  tts = await openTts();
  ann = await tts.person();
});
afterAll(() => tts.cloud.close());

const SECRET = "Zanzibar kept its ledger shut";
const entry = (pointer: string, code: string) => ({ pointer, code, detail: expect.any(String) });

interface Problem {
  readonly code: string;
  readonly [member: string]: unknown;
}

test("a text is accepted, with what it costs at most", async () => {
  const answer = await tts.post(ann, { text: "Hello there.", title: "Hello" });
  expect(answer).toBeHttp(202, {
    id: expect.stringMatching(/^pst_[0-9A-HJKMNP-TV-Z]{26}$/),
    status: "queued",
    estimate: { chars: 12, costUsd: 0.000048, seconds: 1 },
  });
  await tts.cloud.idle();
});

describe("what cannot be spoken is refused, and leaves nothing behind", () => {
  const long = "word ".repeat(20_001);
  test.each<[string, object, number, Problem]>([
    ["neither text nor SSML", {}, 422, { code: "validation-failed", errors: [entry("#/text", "required")] }],
    ["both", { text: SECRET, ssml: `<speak>${SECRET}</speak>` }, 422, { code: "validation-failed", errors: [entry("#/ssml", "excluded")] }],
    ["an unknown key", { text: SECRET, speed: 2 }, 422, { code: "validation-failed", errors: [entry("#/speed", "unknown")] }],
    ["wrong types, all of them", { text: 5, marks: "yes", title: "", format: "wav" }, 422, { code: "validation-failed", errors: [entry("#/text", "string"), entry("#/format", "enum"), entry("#/marks", "boolean"), entry("#/title", "min-length")] }],
    ["six lexicons", { text: SECRET, lexicons: ["a", "b", "c", "d", "e", "f"] }, 422, { code: "validation-failed", errors: [entry("#/lexicons", "max-length")] }],
    ["a lexicon that is not there", { text: SECRET, lexicons: ["nowhere"] }, 422, { code: "validation-failed", errors: [entry("#/lexicons/0", "unknown-lexicon")] }],
    ["a line end in the title", { text: SECRET, title: "a\nb" }, 422, { code: "validation-failed", errors: [entry("#/title", "pattern")] }],
    ["half a character in the title", { text: SECRET, title: "a\ud800" }, 422, { code: "validation-failed", errors: [entry("#/title", "unpaired-surrogate")] }],
    ["an empty text", { text: "" }, 422, { code: "nothing-to-speak" }],
    ["white space", { text: " \n\t\u3000" }, 422, { code: "nothing-to-speak" }],
    ["control characters", { text: "\u0001\u0002\u009f" }, 422, { code: "nothing-to-speak" }],
    ["punctuation", { text: "…!!! — 🦊" }, 422, { code: "nothing-to-speak" }],
    ["SSML without a word", { ssml: "<speak><break time='1s'/> … </speak>" }, 422, { code: "nothing-to-speak" }],
    ["half a character", { text: `${SECRET} \ud83e` }, 422, { code: "invalid-text", offset: 30 }],
    ["the other half", { text: `é🦊\udd8a ${SECRET}` }, 422, { code: "invalid-text", offset: 3 }],
    ["half a character in SSML", { ssml: "<speak>a\udd8a</speak>" }, 422, { code: "invalid-text", offset: 8 }],
    ["NUL", { text: `a\0${SECRET}` }, 422, { code: "invalid-text", offset: 1 }],
    ["a text that is too long", { text: long }, 413, { code: "text-too-long", chars: 100_005, maxChars: 100_000 }],
    ["SSML that is too long", { ssml: `<speak>${long}</speak>` }, 413, { code: "text-too-long", chars: 100_005, maxChars: 100_000 }],
    ["SSML that ends early", { ssml: `<speak>\n<p>${SECRET}</speak>` }, 422, { code: "invalid-ssml", line: 2, column: expect.any(Number) }],
    ["a tag that Polly does not know", { ssml: `<speak>${SECRET} <blink>now</blink></speak>` }, 422, { code: "invalid-ssml", line: 1, column: 38 }],
    ["a DTD", { ssml: `<!DOCTYPE speak [<!ENTITY a "${SECRET}">]><speak>&a;</speak>` }, 422, { code: "invalid-ssml", line: 1, column: 1 }],
    ["an entity of one's own", { ssml: "<speak>a &lol; b</speak>" }, 422, { code: "invalid-ssml", line: 1, column: 10 }],
    ["a voice that nobody knows", { text: SECRET, voice: "Siri" }, 422, { code: "voice", voices: expect.arrayContaining([{ voice: "Brian", languages: ["en-GB"], engines: ["standard", "neural", "generative"] }]) }],
    ["a voice in a language that it does not speak", { text: SECRET, voice: "Brian", language: "en-US" }, 422, { code: "voice", voices: [{ voice: "Brian", languages: ["en-GB"], engines: ["standard", "neural", "generative"] }] }],
    ["a language that nobody speaks", { text: SECRET, language: "tlh-KX" }, 422, { code: "voice", voices: [] }],
    ["an engine that the voice does not have", { text: SECRET, voice: "Joey", engine: "generative" }, 422, { code: "voice", voices: [{ voice: "Joey", languages: ["en-US"], engines: ["standard", "neural"] }] }],
    ["marks of a generative voice", { text: SECRET, voice: "Brian", engine: "generative", marks: true }, 422, { code: "voice", voices: [{ voice: "Brian", languages: ["en-GB"], engines: ["standard", "neural"] }] }],
    ["Ogg of more than one chunk", { text: `${"word ".repeat(700)}.`, format: "ogg" }, 422, { code: "format", formats: ["mp3"] }],
  ])("%s", async (_what, body, status, problem) => {
    const before = [await tts.items(), await tts.objects()];
    const answer = await tts.post(ann, body);
    expect(answer).toBeProblem(status, problem.code);
    expect(answer.json).toMatchObject(problem);
    expect([await tts.items(), await tts.objects()]).toEqual(before);
  }); // prettier-ignore

  test("no call of Polly's voice was paid for them, and no log line tells what they said", async () => {
    const asked = await tts.cloud.requests({ service: "polly" });
    expect(asked.filter(({ action }) => action === "SynthesizeSpeech")).toHaveLength(1); // of the test before
    const logs = (await tts.cloud.logs()).map(({ message }) => message).join("\n");
    expect(logs).toContain("POST /posts");
    expect(logs).not.toMatch(/Zanzibar|ledger|word word|Hello/);
  });
});

const postsOf = async (text: string) => (await tts.itemsOf("POST")).filter(({ content }) => content === text);
const spent = async () => (await tts.itemsOf("BUDGET")).map(({ microUsd }) => microUsd);

describe("an Idempotency-Key", () => {
  let keys = 0;
  const newKey = () => ({ "idempotency-key": `create-post-${++keys}` });

  test("makes one post of 20 requests at once; the others get its bytes, or are asked to wait", async () => {
    const [key, body] = [newKey(), { text: "Only one of these." }];
    const answers = await Promise.all(Array.from({ length: 20 }, () => tts.post(ann, body, key)));
    const made = answers.filter(({ status }) => status === 202);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 202))
      expect(answer).toBeProblem(409, "idempotency-in-progress");
    const replay = await tts.post(ann, body, key);
    expect([replay.text, replay.headers["idempotency-replayed"]]).toEqual([made[0]?.text, "true"]);
    expect(await postsOf(body.text)).toHaveLength(1);
    expect(await tts.post(ann, { text: "Another." }, key)).toBeProblem(422, "idempotency-key-reused");
  });

  test("of what was refused may be used again, and nothing is kept of it", async () => {
    await tts.cloud.idle();
    const [key, before] = [newKey(), await tts.items()];
    expect(await tts.post(ann, { text: "..." }, key)).toBeProblem(422, "nothing-to-speak");
    expect(await tts.items()).toEqual(before);
    expect((await tts.post(ann, { text: "Better." }, key)).status).toBe(202);
  });

  // The post is stored in the fifth, and what was answered in the seventh.
  test.each(process.env["WARMSTART_FULL"] === "1" ? [1, 2, 3, 4, 5, 6, 7] : [6, 7])(
    "makes good what died at its call %i of AWS: one post, paid once",
    async (call) => {
      await tts.cloud.idle();
      await tts.setVariables("createPost", { ROUND: String(call) }); // starts cold, so that its calls are the same ones
      const [key, body, [before = 0]] = [newKey(), { text: `Mine, in spite of ${call}.` }, await spent()];
      const match = { service: "lambda", action: "Invoke", function: "text-to-speech-local-createPost" };
      await tts.cloud.faults.add({ id: "kill", match, when: { nth: 1 }, effect: { kind: "kill", call } });
      expect((await tts.post(ann, body, key)).status).toBe(500);
      await tts.cloud.faults.clear("kill");
      await tts.cloud.clock.advance("12s"); // the end of what died, and a second
      const answer = await tts.post(ann, body, key);
      expect([200, 202]).toContain(answer.status);
      expect(await postsOf(body.text)).toMatchObject([{ id: (answer.json as { id: string }).id }]);
      await tts.cloud.idle();
      expect(await spent()).toEqual([Number(before) + 4 * body.text.length]);
    },
  );
});
