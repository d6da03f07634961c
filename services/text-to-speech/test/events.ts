// What events/text-to-speech/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { cursors } from "@warmstart/middleware";
import {
  httpEvent,
  type HttpEventOptions,
  type Outcome,
  snsEvent,
  sqsEvent,
  streamEvent,
  writeEvents,
} from "@warmstart/testing";
import { join } from "node:path";
import type { PostId } from "../src/post.ts";

export const folder: string = join(import.meta.dirname, "../../../events/text-to-speech");

/** The pool whose tokens the events carry. */
export const IMPORTS = { "users-local-Issuer": "https://users.example", "users-local-ClientId": "web" };

const idOf = (name: string) => `pst_${name.padStart(26, "0")}` as PostId; // as the schema says
/** Two that are to be spoken, one that cannot be, one that was, one that is to go. */
export const FIRST: PostId = idOf("F1RST");
export const SECOND: PostId = idOf("SEC0ND");
export const STUCK: PostId = idOf("STVCK");
export const READY: PostId = idOf("READY");
export const DOOMED: PostId = idOf("D00MED");
export const TOKEN = "token-of-bobs-feed";

const claims = { iss: IMPORTS["users-local-Issuer"], client_id: IMPORTS["users-local-ClientId"] };
const bob: HttpEventOptions = { caller: { jwt: { sub: "bob", claims } } };
const idToken: HttpEventOptions = { caller: { jwt: { sub: "bob", claims: { ...claims, token_use: "id" } } } };

const create = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  httpEvent("POST /posts", { ...bob, headers, body });
const on = (method: string, id: PostId, caller = bob) =>
  httpEvent(`${method} /posts/${id}`, { ...caller, route: `${method} /posts/{id}` });
const get = (path: string, route = path) => httpEvent(`GET ${path}`, { route: `GET ${route}` });

const queued = (id: PostId, queue = "speak", receiveCount = 1) => sqsEvent([{ id }], { queue, receiveCount });
const inserted = (about: object) =>
  streamEvent({ new: { pk: `POST#${FIRST}`, sk: "POST", status: "queued", ...about } }, { keys: ["pk", "sk"] });
const cursorOf = (sub: string) => cursors({ route: "posts", sub }).encode(`2026-01-15T12:00:00.000Z#${READY}`);

const TEXT = "The kettle sings. It is time for tea.";
const ssml = "<speak><p>The kettle <prosody rate='slow'>sings</prosody>.</p><break time='1s'/><p>Tea.</p></speak>";
const key = { "idempotency-key": "tea-time-0001" };

export const events: Readonly<Record<string, unknown>> = {
  "create-post-text": create({ text: TEXT, title: "Tea", marks: true }, key),
  "create-post-replay": create({ text: TEXT, title: "Tea", marks: true }, key),
  "create-post-spoken-before": create({ text: TEXT, title: "Tea again", marks: true }),
  "create-post-ssml": create({ ssml, voice: "Brian", engine: "neural" }),
  "create-post-empty": create({ text: " …!!! " }),
  "create-post-too-long": create({ text: "word ".repeat(20_001) }),
  "create-post-broken-ssml": create({ ssml: "<speak><p>The kettle sings.</speak>" }),
  "announce-post-insert": inserted({ id: FIRST }),
  "announce-post-without-id": inserted({}),
  "synthesize-raw": queued(FIRST),
  // As without RawMessageDelivery of the subscription.
  "synthesize-sns-in-sqs": sqsEvent([snsEvent({ id: SECOND })], { queue: "speak" }),
  // What was spoken is not spoken again.
  "synthesize-redelivery": queued(FIRST, "speak", 2),
  "synthesize-unreadable": sqsEvent(["poison"], { queue: "speak" }),
  "fail-post-dead-letter": queued(STUCK, "dead-speak", 4),
  "fail-post-unreadable": sqsEvent(["poison"], { queue: "dead-speak" }),
  "list-posts-own": httpEvent("GET /posts?limit=2", bob),
  "list-posts-page2": httpEvent(`GET /posts?limit=2&cursor=${cursorOf("bob")}`, bob),
  "list-posts-foreign-cursor": httpEvent(`GET /posts?limit=2&cursor=${cursorOf("eve")}`, bob),
  "get-post-ready": on("GET", READY),
  "get-post-unknown": on("GET", idOf("N0NE")),
  "delete-post-own": on("DELETE", DOOMED),
  "delete-post-again": on("DELETE", DOOMED),
  "delete-post-id-token": on("DELETE", READY, idToken),
  "list-voices-british": get("/voices?language=en-GB", "/voices"),
  "list-voices-no-such-parameter": get("/voices?gender=female", "/voices"),
  "get-feed-own": get(`/feed.xml?owner=bob&token=${TOKEN}`, "/feed.xml"),
  "get-feed-wrong-token": get("/feed.xml?owner=bob&token=guessed", "/feed.xml"),
  "get-audio-of-feed": get(`/audio/${READY}?token=${TOKEN}`, "/audio/{id}"),
  "get-audio-wrong-token": get(`/audio/${READY}?token=guessed`, "/audio/{id}"),
  "get-page-start": get("/"),
  "get-page-script": get("/web/player.page.js", "/web/{file}"),
  "get-page-unknown": get("/web/missing.page.js", "/web/{file}"),
  "open-api-document": get("/openapi.json"),
  "open-api-no-such-parameter": get("/openapi.json?format=yaml", "/openapi.json"),
};

/** In this order: a replay needs its first. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "create-post-text": 202,
  "create-post-replay": 202,
  "create-post-spoken-before": 200,
  "create-post-ssml": 202,
  "create-post-empty": 422,
  "create-post-too-long": 413,
  "create-post-broken-ssml": 422,
  "announce-post-insert": "done",
  "announce-post-without-id": "1 failed",
  "synthesize-raw": "done",
  "synthesize-sns-in-sqs": "done",
  "synthesize-redelivery": "done",
  "synthesize-unreadable": "1 failed",
  "fail-post-dead-letter": "done",
  "fail-post-unreadable": "1 failed",
  "list-posts-own": 200,
  "list-posts-page2": 200,
  "list-posts-foreign-cursor": 400,
  "get-post-ready": 200,
  "get-post-unknown": 404,
  "delete-post-own": 204,
  "delete-post-again": 204,
  "delete-post-id-token": 401,
  "list-voices-british": 200,
  "list-voices-no-such-parameter": 400,
  "get-feed-own": 200,
  "get-feed-wrong-token": 404,
  "get-audio-of-feed": 302,
  "get-audio-wrong-token": 404,
  "get-page-start": 200,
  "get-page-script": 200,
  "get-page-unknown": 404,
  "open-api-document": 200,
  "open-api-no-such-parameter": 400,
};

if (import.meta.main) writeEvents({ folder, events });
