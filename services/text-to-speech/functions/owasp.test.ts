// OWASP API Security (2023), as far as an API of people's own posts has the subject; nobody has a group's rights here (5),
// and no address that a user gave is fetched (7).
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { expectOpenApi, type TestUser } from "@warmstart/testing";
import {
  expectBadInputRefused,
  expectForeignObjectsHidden,
  expectFuzzSurvived,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "@warmstart/testing/security";
import type { Post } from "../src/post.ts";
import { document } from "../test/openapi.ts";
import { aPost, bearer, openTts, type Tts } from "../test/open-tts.ts";

let tts: Tts;
let ann: TestUser;
let bob: TestUser;
let post: Post;
beforeAll(async () => {
  tts = await openTts();
  [ann, bob] = [await tts.person(), await tts.person()];
});
afterEach(() => tts.cloud.faults.clear());
afterAll(() => tts.cloud.close());

const bodies = { createPost: { text: "Hello there." } };
/** A new post of Ann's, ready, and what the kit needs to ask for it. */
const target = async () => {
  post = aPost(ann.id, { status: "ready" });
  await tts.put(post);
  return { app: tts.app, path: { id: post.id, file: "page.css" }, bodies };
};

test("1: another's post is not there, in whatever state it is, and stays as it is", async () => {
  for (const status of ["queued", "synthesizing", "ready", "failed"] as const) {
    const of = await target();
    await tts.put({ ...post, status });
    await tts.cloud.idle();
    const read = async () => (await tts.itemsOf("POST")).filter(({ id }) => id === post.id);
    // Whoever has the token of a feed may hear its audio: that is no route for people.
    const tried = await expectForeignObjectsHidden({ ...of, headers: bearer(bob), read });
    expect(tried).toContain("DELETE /posts/{id}");
  }
});

test("2: no hostile token opens a door", async () => {
  const { cloud, users } = tts;
  await expectTokensRefused({ ...(await target()), cloud, users, user: ann });
});

test("3: a field of the server's is named and refused", async () =>
  expectServerFieldsRefused({ ...(await target()), headers: bearer(ann) }));

test("3: attributes that only the table knows are in no answer", async () => {
  await target();
  for (const path of ["/posts", `/posts/${post.id}`])
    expect((await tts.get(ann, path)).text).not.toMatch(/postHash|reserve|version|ownerKey|content|"pk"|voice/);
});

test("4: bodies, lists, limits, keys and cursors have bounds on every route", async () =>
  expectBadInputRefused({ ...(await target()), headers: bearer(ann) }));

test("4: no hostile request breaks a function", async () => {
  const callers = [{}, bearer(ann), bearer(bob)] as const;
  const effect = { kind: "error", code: "AuthorizationError", status: 403 } as const;
  await tts.cloud.faults.add({ match: { service: "sns" }, effect }); // nothing of it is spoken
  const isFull = process.env["WARMSTART_FULL"] === "1";
  const fuzz = { ...(await target()), cloud: tts.cloud, callers, ...(!isFull && { cases: 80 }) };
  const { statuses } = await expectFuzzSurvived(fuzz);
  expect(Object.keys(statuses).length).toBeGreaterThan(3);
});

test("8: whatever fails inside, the answer is 5xx and says nothing of it", async () => {
  await target();
  const { id } = post;
  const requests = [
    () => tts.post(ann, { text: "Hello." }),
    () => tts.get(ann, "/posts"),
    () => tts.get(ann, `/posts/${id}`),
    () => tts.remove(ann, id),
    () => tts.app.http.get(`/feed.xml?owner=${ann.id}&token=x`),
    () => tts.app.http.get(`/audio/${id}?token=x`),
  ];
  for (const effect of [
    { kind: "error", code: "AccessDeniedException", status: 400, message: "no arn:aws:dynamodb for you" },
    { kind: "error", code: "InternalServerError", status: 500 },
  ] as const) {
    await tts.cloud.faults.add({ id: "table", match: { service: "dynamodb" }, effect });
    const answers = await Promise.all(requests.map((request) => request()));
    await tts.cloud.faults.clear("table");
    for (const { status, json, headers } of answers) {
      expect([500, 503]).toContain(status);
      expect(Object.keys(json as object).toSorted()).toEqual(["code", "instance", "status", "title", "type"]);
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    }
  }
});

test("8: no origin may call it from a browser unless it is named", async () => {
  const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
  const preflight = await tts.app.http.options("/posts", { headers });
  expect(preflight.headers).not.toHaveProperty("access-control-allow-origin");
});

test("9: openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(tts.app, document));

test("10: voices that Polly does not tell are an outage, and are asked for again", async () => {
  const match = { service: "lambda", action: "Invoke", function: "text-to-speech-local-createPost" };
  await tts.cloud.faults.add({ match, when: { nth: 1 }, effect: { kind: "cold" } }); // so that they are asked for
  const effect = { kind: "error", code: "ServiceFailureException", status: 500 } as const;
  await tts.cloud.faults.add({ match: { service: "polly", action: "DescribeVoices" }, effect });
  expect((await tts.post(ann, { text: "Hello." })).status).toBe(503);
  await tts.cloud.faults.clear();
  expect((await tts.post(ann, { text: "Hello." })).status).toBe(202);
});
