// What may be spent in a day holds, whoever asks for how much at once.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { openCloud, signIn, type TestUser } from "@warmstart/testing";
import { insist, openTts, type Tts } from "../test/open-tts.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";
const ASKED = isFull ? 50 : 20;
/** What a day pays for. */
const PAID = isFull ? 30 : 12;

let tts: Tts;
let ann: TestUser;
let bob: TestUser;
let cid: TestUser;
beforeAll(async () => {
  tts = await openTts(await openCloud({ at: Date.parse("2026-01-15T23:00:00Z") }));
  [ann, bob, cid] = [await tts.person(), await tts.person(), await tts.person()];
  await tts.setVariables("createPost", { DAILY_BUDGET });
});
afterEach(() => tts.cloud.faults.clear());
afterAll(() => tts.cloud.close());

/** Posts of 25 characters, at 4 millionths of a dollar each. */
const DAILY_BUDGET = String(PAID / 10_000);

/** Tokens are good for 15 minutes. */
const signInAgain = async (): Promise<void> => {
  for (const who of [ann, bob, cid]) Object.assign(who, await signIn(tts.cloud, tts.users, who));
};

const textOf = (number: number): object => ({ text: `This is text number ${String(number).padStart(4, "0")}.` });

const spent = async (): Promise<readonly unknown[]> =>
  (await tts.itemsOf("BUDGET"))
    .map(({ pk, microUsd, chars }) => [pk, microUsd, chars])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));

/** Posts stay queued. */
const silence = () =>
  tts.cloud.faults.add({
    match: { service: "sns", action: "Publish" },
    effect: { kind: "error", code: "AuthorizationError", status: 403 },
  });

test(`of ${ASKED} posts at once ${PAID} are accepted; the others are told when there is more`, async () => {
  await silence();
  const answers = await Promise.all(
    Array.from({ length: ASKED }, (_, at) => insist(() => tts.post(at % 2 === 0 ? ann : bob, textOf(at)))),
  );
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(PAID);
  const refused = answers.filter(({ status }) => status !== 202);
  for (const answer of refused) {
    expect(answer).toBeProblem(429, "budget-exhausted");
    expect(answer.headers["retry-after"]).toBe("3600"); // it is 23:00
  }
  expect(await spent()).toEqual([["BUDGET#2026-01-15", PAID * 100, PAID * 25]]);
  expect(await tts.itemsOf("POST")).toHaveLength(PAID);
});

test("an hour's posts are the day's; the next day has its own", async () => {
  await silence();
  await tts.cloud.clock.advance("59m");
  await signInAgain();
  expect((await tts.post(cid, textOf(100))).headers["retry-after"]).toBe("60");
  await tts.cloud.clock.advance("1m");
  expect(await tts.post(cid, textOf(100))).toBeHttp(202);
  expect(await spent()).toContainEqual(["BUDGET#2026-01-16", 100, 25]);
});

test("posts that are deleted before anything was bought give all of it back to their days", async () => {
  await silence();
  const owned = async (who: TestUser): Promise<readonly (readonly [TestUser, string])[]> => {
    const { data } = (await tts.get(who, "/posts?limit=100")).json as { data: readonly { id: string }[] }; // the API's schema
    return data.map(({ id }) => [who, id] as const);
  };
  const all = (await Promise.all([ann, bob, cid].map(owned))).flat();
  expect(all).toHaveLength(PAID + 1);
  const ends = await Promise.all(all.map(([who, id]) => insist(() => tts.remove(who, id))));
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set([204]));
  const nothing = [
    ["BUDGET#2026-01-15", 0, 0],
    ["BUDGET#2026-01-16", 0, 0],
  ];
  expect(await spent()).toEqual(nothing);
  await tts.cloud.faults.clear();
  await tts.cloud.clock.advance("5m"); // they are announced again, and there is nothing to speak
  expect(await spent()).toEqual(nothing);
});

test("what was bought stays spent when its post is deleted", async () => {
  const { id } = await tts.accepted(ann, textOf(300));
  await tts.cloud.idle();
  const before = await spent();
  await tts.remove(ann, id);
  expect(await spent()).toEqual(before);
});

test("a post that fails gives back what was not bought", async () => {
  const before = await spent();
  const effect = { kind: "error", code: "InvalidSsmlException", status: 400 } as const;
  await tts.cloud.faults.add({ match: { service: "polly", action: "SynthesizeSpeech" }, effect });
  const { id } = await tts.accepted(ann, textOf(400));
  await tts.cloud.idle();
  expect(await tts.view(ann, id)).toMatchObject({ status: "failed", error: { code: expect.any(String) } });
  const after = await spent();
  await tts.remove(ann, id);
  expect([after, await spent()]).toEqual([before, before]);
});

test("a post that costs more than a day has is refused before anything is kept of it", async () => {
  await tts.setVariables("createPost", { DAILY_BUDGET, MAX_CHARS: "1000000" });
  const before = [await tts.items(), await tts.objects()];
  const long = "🦊 fox. ".repeat(46_000); // of more bytes than an item of the table may have
  expect(await tts.post(ann, { text: long, engine: "neural" })).toBeProblem(429, "budget-exhausted");
  expect([await tts.items(), await tts.objects()]).toEqual(before);
});

test("how much is left is told, for the alarm that rings before it is used up", async () => {
  await tts.setVariables("createPost", { DAILY_BUDGET: "0.01" });
  await silence();
  await tts.accepted(ann, textOf(500));
  const lines = (await tts.cloud.logs("text-to-speech-local-createPost")).map(({ message }) => message);
  const [{ microUsd = 0 } = {}] = (await tts.itemsOf("BUDGET")).filter(({ pk }) => pk === "BUDGET#2026-01-16");
  const share = `"budget_left_share":${(10_000 - Number(microUsd)) / 10_000}`;
  const found = lines.filter((line) => line.includes(share)).map((line) => JSON.parse(line) as unknown);
  // As the alarm asks for it.
  expect(found).toMatchObject([{ service: "text-to-speech", _aws: { CloudWatchMetrics: [{ Namespace: "text-to-speech", Dimensions: [["service"]] }] } }]); // prettier-ignore
});
