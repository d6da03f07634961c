// Polly busy or away, SNS away: posts wait, and end as ready or as failed with the reason.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TestUser } from "@warmstart/testing";
import { openTts, type Tts } from "../test/open-tts.ts";
import { budgetOf, pollyCalls, statesOf } from "../test/speaking.ts";

const SPEECH = { service: "polly", action: "SynthesizeSpeech" };
const isFull = process.env["WARMSTART_FULL"] === "1";
const inFullRuns = isFull ? describe : describe.skip;

let it: Tts;
let ann: TestUser;
let before: { readonly calls: number; readonly chars: number; readonly microUsd: number };
beforeAll(async () => {
  it = await openTts();
});
beforeEach(async () => {
  ann = await it.person();
  before = { calls: (await pollyCalls(it)).length, ...(await budgetOf(it)) };
});
afterEach(() => it.cloud.faults.clear());
afterAll(() => it.cloud.close());

/** So many posts, each about something else. */
const post = async (count: number): Promise<void> => {
  for (let at = 1; at <= count; at++) await it.accepted(ann, { text: `This is post number ${at}.` });
};

const rest = async (by: Parameters<Tts["cloud"]["clock"]["advance"]>[0]): Promise<void> => {
  await it.cloud.ask("POST", "/idle", { limitMs: 120_000 });
  await it.cloud.clock.advance(by);
  await it.cloud.ask("POST", "/idle", { limitMs: 120_000 });
};

const bought = async (): Promise<readonly number[]> =>
  (await pollyCalls(it)).slice(before.calls).map(({ facts }) => facts?.characters ?? 0);

/** Of the budget, since the test began. */
const spent = async (): Promise<object> => {
  const { chars, microUsd } = await budgetOf(it);
  return { chars: chars - before.chars, microUsd: microUsd - before.microUsd };
};

const repeated = (state: string, count: number): readonly string[] => Array.from({ length: count }, () => state);

describe("a Polly that is asked for too much", () => {
  const COUNT = isFull ? 20 : 2;

  test("throttles every second call: all posts are ready, each paid once", async () => {
    await it.cloud.faults.add({ match: SPEECH, when: { every: 2 }, effect: { kind: "throttle" } });
    await post(COUNT);
    await rest("10m");
    expect(await statesOf(it, ann)).toEqual(repeated("ready", COUNT));
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    const calls = await bought();
    const chars = calls.reduce((sum, each) => sum + each, 0);
    expect(calls).toHaveLength(COUNT);
    expect(await spent()).toEqual({ chars, microUsd: chars * 4 });
  }, 150_000);
});

// The SDK waits in real time before it gives up.
inFullRuns("a Polly that throttles all", () => {
  test("for a minute: the post comes back later, and is ready", async () => {
    const { id } = await it.cloud.faults.add({ match: SPEECH, effect: { kind: "throttle" } });
    await post(1);
    await it.cloud.idle();
    expect(await statesOf(it, ann)).toEqual(["synthesizing"]);
    await it.cloud.faults.clear(id);
    await rest("3m");
    expect(await statesOf(it, ann)).toEqual(["ready"]);
  }, 60_000);

  test("for ever: the post ends as failed, and nothing was spent", async () => {
    await it.cloud.faults.add({ match: SPEECH, effect: { kind: "throttle" } });
    await post(1);
    await rest("15m");
    expect(await statesOf(it, ann)).toEqual(["failed: gave-up"]);
    expect(await spent()).toEqual({ chars: 0, microUsd: 0 });
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
  }, 60_000);
});

test("a Polly that is away for hours: the post ends as failed, which says how often it was tried", async () => {
  await it.cloud.faults.add({ match: SPEECH, effect: { kind: "error", code: "ServiceFailureException", status: 500 } });
  await post(1);
  await rest("3h");
  expect(await statesOf(it, ann)).toEqual(["failed: gave-up"]);
  const [failed] = (await it.itemsOf("POST")).filter(({ owner }) => owner === ann.id);
  expect(failed).toMatchObject({ error: { detail: expect.stringContaining("3 attempts") }, billedChars: 0 });
  expect(await spent()).toEqual({ chars: 0, microUsd: 0 }); // what it answers with 500 it does not bill
  expect(await it.cloud.idle()).toHaveNoDeadLetters();
}, 60_000);

test("a connection that breaks off within the audio: the next delivery has all of it", async () => {
  await it.cloud.faults.add({ match: SPEECH, when: { nth: 1 }, effect: { kind: "cut-answer", bytes: 1000 } });
  await post(1);
  await rest("35m");
  expect(await statesOf(it, ann)).toEqual(["ready"]);
});

test("a topic that is away for a minute: no post is lost, none is spoken twice", async () => {
  const match = { service: "sns", action: "Publish" };
  const { id } = await it.cloud.faults.add({ match, effect: { kind: "error", code: "InternalFailure", status: 500 } });
  await post(3);
  await rest("1m");
  expect(await statesOf(it, ann)).toEqual(repeated("queued", 3));
  await it.cloud.faults.clear(id);
  await rest("2m");
  expect(await statesOf(it, ann)).toEqual(repeated("ready", 3));
  expect(await bought()).toHaveLength(3);
  expect(await it.cloud.idle()).toHaveNoDeadLetters();
}, 60_000);

/** `OK` or `ALARM`. */
const alarmOf = async (name: string): Promise<string | undefined> => {
  const { alarms } = await it.cloud.ask<{ alarms: { name: string; state: { value: string } }[] }>("GET", "/alarms");
  return alarms.find((each) => each.name.includes(name))?.state.value;
};

test("a dead letter that cannot be marked as failed rests where it rings", async () => {
  expect(await alarmOf("LostSpeak")).toBe("OK");
  const QueueUrl = it.app.outputs["SpeakQueueUrl"];
  await it.cloud.call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: "poison" });
  await rest("3h");
  expect(await alarmOf("LostSpeak")).toBe("ALARM");
}, 60_000);

test("a long text whose post could not be stored is gone after a month", async () => {
  await it.cloud.faults.add({
    match: { service: "dynamodb", action: "TransactWriteItems" },
    effect: { kind: "error", code: "InternalServerError", status: 500 },
  });
  const ssml = `<speak>Never stored.<!--${"x".repeat(400_000)}--></speak>`;
  expect((await it.post(ann, { ssml })).status).toBe(503);
  const texts = async () => (await it.objects()).filter((key) => key.startsWith("t/"));
  expect(await texts()).toHaveLength(1);
  await it.cloud.faults.clear();
  await rest("32d");
  expect(await texts()).toEqual([]);
}, 60_000);
