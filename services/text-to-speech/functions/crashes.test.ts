// Jobs that die at one of their AWS calls: the next delivery does the rest, and nobody can tell the difference.
import { createHash } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { everyCrashPoint, type TestCloud, type TestUser } from "@warmstart/testing";
import { ownerHash } from "../src/keys.ts";
import { openTts, type Tts } from "../test/open-tts.ts";
import { budgetOf, pollyCalls } from "../test/speaking.ts";

const SYNTHESIZE = "text-to-speech-local-synthesize";
const text = "One is first.\n\nTwo says more.\n\nThree is last.";
const CHUNKS = 3;
/** SQS hides a message whose receiver died for half an hour. */
const AGAIN = "36m";

interface Left {
  /** Calls of Polly that were answered, with their characters. */
  readonly polly: readonly number[];
  readonly billedChars: number;
  readonly budget: { readonly chars: number; readonly microUsd: number };
  /** Of each audio and all marks that the owner has. */
  readonly objects: readonly string[];
}

const digestOf = async ({ s3, app }: Tts, Key: string): Promise<string> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: app.outputs["AudioBucketName"] ?? "", Key }));
  return createHash("sha256")
    .update((await Body?.transformToByteArray()) ?? "")
    .digest("hex");
};

/** What the one post of a person has come to; it is ready. */
const leftBy = async (it: Tts, { id: owner }: TestUser): Promise<Left> => {
  const posts = (await it.itemsOf("POST")).filter((item) => item["sk"] === "POST" && item["owner"] === owner);
  expect(posts).toMatchObject([{ status: "ready" }]);
  const keys = (await it.objects()).filter((key) => /^[am]\//.test(key) && key.includes(ownerHash(owner)));
  return {
    polly: (await pollyCalls(it)).map(({ facts }) => facts?.characters ?? 0),
    billedChars: Number(posts[0]?.["billedChars"]),
    budget: await budgetOf(it),
    objects: await Promise.all(keys.map((key) => digestOf(it, key))),
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("a job that dies", () => {
  let it: Tts;
  beforeAll(async () => {
    it = await openTts();
  });
  afterAll(() => it.cloud.close());

  // Those where most is half done; all of them below.
  test("at some of its calls: one audio, the same bytes, chunks that were kept are not bought again", async () => {
    const digests = new Set<string>();
    for (const call of [9, 17, 22]) {
      const ann = await it.person();
      const before = { calls: (await pollyCalls(it)).length, budget: await budgetOf(it) };
      const match = { service: "lambda", action: "Invoke", function: SYNTHESIZE };
      const { id } = await it.cloud.faults.add({ match, when: { nth: 1 }, effect: { kind: "kill", call } });
      await it.accepted(ann, { text });
      await it.cloud.idle();
      expect((await it.cloud.faults.list())[0]?.struck).toBe(1);
      await it.cloud.faults.clear(id);
      await it.cloud.clock.advance(AGAIN);
      expect(await it.cloud.idle()).toHaveNoDeadLetters();
      const left = await leftBy(it, ann);
      for (const digest of left.objects) digests.add(digest);
      expect(left.objects).toHaveLength(1);
      const bought = left.polly.slice(before.calls);
      // From the 17th on all of them are kept.
      expect(bought.length).toBeLessThanOrEqual(call < 17 ? 2 * CHUNKS : CHUNKS);
      expect(left.billedChars).toBeGreaterThanOrEqual(sum(bought));
      expect(left.budget.chars - before.budget.chars).toBe(left.billedChars);
      expect(left.budget.microUsd - before.budget.microUsd).toBe(left.billedChars * 4);
    }
    expect([...digests]).toHaveLength(1);
  }, 60_000);
});

const postOf = (body: object) => async (cloud: TestCloud) => {
  const it = await openTts(cloud);
  const ann = await it.person();
  await it.accepted(ann, body);
  return { it, ann };
};

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // some hundred runs

inFullRuns("whichever call it dies at, before or after it", () => {
  test.each<
    [string, string, object, { readonly objects: number; readonly calls: number; readonly leastPoints: number }]
  >([
    ["a post of three chunks", SYNTHESIZE, { text }, { objects: 1, calls: CHUNKS, leastPoints: 40 }],
    ["one with marks", SYNTHESIZE, { text: "One.\n\nTwo.", marks: true }, { objects: 2, calls: 4, leastPoints: 40 }],
    [
      "its announcement",
      "text-to-speech-local-announcePost",
      { text: "One." },
      { objects: 1, calls: 1, leastPoints: 2 },
    ],
  ])(
    "%s is ready: one audio, the same bytes, paid as it was billed",
    async (_, functions, body, { objects, calls, leastPoints }) => {
      const digests = new Set<string>();
      const points = await everyCrashPoint(
        postOf(body),
        async (cloud, { it, ann }) => {
          expect(await cloud.idle()).toHaveNoDeadLetters();
          const { polly, billedChars, budget, objects: made } = await leftBy(it, ann);
          digests.add(made.join());
          expect(made).toHaveLength(objects);
          expect(polly.length).toBeGreaterThanOrEqual(calls);
          expect(polly.length).toBeLessThanOrEqual(2 * calls);
          expect(billedChars).toBeGreaterThanOrEqual(sum(polly));
          expect(budget).toEqual({ chars: billedChars, microUsd: billedChars * 4 });
        },
        { functions, modes: ["before", "after"], settle: "3h" },
      );
      expect(points.length).toBeGreaterThanOrEqual(leastPoints);
      expect([...digests]).toHaveLength(1);
    },
    900_000,
  );
});
