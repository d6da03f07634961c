// Every event in events/text-to-speech is what the factories make, and does what its name says.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ownerRow } from "../src/keys.ts";
import type { Post } from "../src/post.ts";
import { DOOMED, events, FIRST, folder, IMPORTS, READY, SECOND, STUCK, TOKEN } from "./events.ts";
import { aPost, openTts, type Tts } from "./open-tts.ts";

let tts: Tts;
const post = (given: Partial<Post>): Post => aPost("bob", { status: "synthesizing", ...given });
beforeAll(async () => {
  tts = await openTts(undefined, { imports: IMPORTS });
  await tts.put(
    post({ id: FIRST, content: "First." }),
    post({ id: SECOND, content: "Second." }),
    post({ id: STUCK, content: "Stuck." }),
    post({ id: READY, status: "ready", bytes: 1000, durationMs: 1000 }),
    post({ id: DOOMED, status: "failed" }),
  );
  const Item = { ...ownerRow("bob"), feedToken: TOKEN };
  await tts.table.send(new PutCommand({ TableName: tts.app.resource("PostsTable"), Item }));
});
afterAll(() => tts.cloud.close());

/** In this order: a replay needs its first. The status of an answer, or how many messages failed. */
const OUTCOMES: Readonly<Record<string, number>> = {
  "create-post-text": 202,
  "create-post-replay": 202,
  "create-post-spoken-before": 200,
  "create-post-ssml": 202,
  "create-post-empty": 422,
  "create-post-too-long": 413,
  "create-post-broken-ssml": 422,
  "announce-post-insert": 0,
  "synthesize-raw": 0,
  "synthesize-sns-in-sqs": 0,
  "synthesize-redelivery": 0,
  "synthesize-unreadable": 1,
  "fail-post-dead-letter": 0,
  "list-posts-own": 200,
  "list-posts-page2": 200,
  "get-post-ready": 200,
  "get-post-unknown": 404,
  "delete-post-own": 204,
  "delete-post-again": 204,
  "list-voices-british": 200,
  "get-feed-own": 200,
  "get-feed-wrong-token": 404,
  "get-audio-of-feed": 302,
  "get-page-start": 200,
  "get-page-script": 200,
  "open-api-document": 200,
};

interface Answer {
  readonly statusCode?: number;
  readonly batchItemFailures?: readonly unknown[];
}

const camel = (kebab: string): string => kebab.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
const FUNCTIONS = ["create-post", "announce-post", "synthesize", "fail-post", "list-posts", "get-post", "delete-post", "list-voices", "get-feed", "get-audio", "get-page", "open-api"]; // prettier-ignore

test("each event does what its name says", async () => {
  for (const [name, outcome] of Object.entries(OUTCOMES)) {
    const owner = FUNCTIONS.find((prefix) => name.startsWith(`${prefix}-`)) ?? "";
    const { statusCode, batchItemFailures } = (await tts.invoke(camel(owner), events[name])) as Answer; // Lambda's formats
    expect([name, statusCode ?? batchItemFailures?.length]).toEqual([name, outcome]);
    await tts.cloud.idle();
  }
  const posts = new Map((await tts.itemsOf("POST")).map((item) => [item["id"], item]));
  for (const id of [FIRST, SECOND]) expect(posts.get(id)).toMatchObject({ status: "ready" });
  expect(posts.get(STUCK)).toMatchObject({ status: "failed" });
  expect(posts.has(DOOMED)).toBe(false);
});

test("every event is tried here, and is what the factories make", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  expect(names.toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
  for (const name of names) {
    const kept: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(events[name])));
  }
});
