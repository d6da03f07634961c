// Posts as their owner has them: listed, shown, ended; and not as anybody else's.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { HttpResult, TestUser } from "@warmstart/testing";
import { ownerHash } from "../src/keys.ts";
import type { PostSummary } from "../src/post-schemas.ts";
import { aPost, bearer, insist, openTts, type Tts } from "../test/open-tts.ts";

/** Of each of two owners. */
const POSTS = process.env["WARMSTART_FULL"] === "1" ? 500 : 120;

let tts: Tts;
let ann: TestUser;
let bob: TestUser;
beforeAll(async () => {
  tts = await openTts();
});
beforeEach(async () => {
  [ann, bob] = await Promise.all([tts.person(), tts.person()]);
});
afterAll(() => tts.cloud.close());

interface Page {
  readonly data: readonly PostSummary[];
  readonly page: { readonly limit: number; readonly next: string | null };
}

const pageOf = ({ json }: HttpResult): Page => json as Page; // the API's schema

const linkTo = (rel: string, { headers }: HttpResult): string | undefined =>
  headers["link"]
    ?.split(", ")
    .find((link) => link.includes(`rel="${rel}"`))
    ?.match(/<(.*)>/)?.[1];

const allOf = async (who: TestUser, limit: number): Promise<readonly PostSummary[]> => {
  const found: PostSummary[] = [];
  let path: string | undefined = `/posts?limit=${limit}`;
  while (path !== undefined) {
    const answer: HttpResult = await tts.get(who, path);
    expect(pageOf(answer).data.length).toBeLessThanOrEqual(limit);
    found.push(...pageOf(answer).data);
    path = linkTo("next", answer);
  }
  return found;
};

const feedOf = async (who: TestUser): Promise<string> => linkTo("alternate", await tts.get(who, "/posts")) ?? "";

describe("a list", () => {
  test(`of ${2 * POSTS} posts of two owners is complete for each, newest first, and nothing is scanned`, async () => {
    const [anns, bobs] = [ann, bob].map(({ id }) =>
      Array.from({ length: POSTS }, () => aPost(id, { status: "ready" })),
    );
    await tts.put(...(anns ?? []), ...(bobs ?? []));
    const newestFirst = (anns ?? []).map(({ id }) => id).toReversed();
    expect((await allOf(ann, 100)).map(({ id }) => id)).toEqual(newestFirst);
    expect((await allOf(bob, 37)).map(({ id }) => id)).toEqual((bobs ?? []).map(({ id }) => id).toReversed());
    const asked = await tts.cloud.requests({ service: "dynamodb" });
    expect(asked.filter(({ action }) => action === "Query").length).toBeGreaterThanOrEqual(
      Math.ceil(POSTS / 100) + Math.ceil(POSTS / 37),
    );
    expect(asked.filter(({ action }) => action === "Scan")).toEqual([]);
  });

  test("of posts of one moment repeats none and leaves none out", async () => {
    const created = new Date().toISOString();
    await tts.put(...Array.from({ length: 9 }, () => aPost(ann.id, { status: "failed", created })));
    const ids = (await allOf(ann, 2)).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([9, 9]);
  });

  test("of nobody's posts is empty, and a cursor is good for its owner alone", async () => {
    expect(pageOf(await tts.get(bob, "/posts"))).toEqual({ data: [], page: { limit: 20, next: null } });
    await tts.put(aPost(ann.id), aPost(ann.id));
    const { next } = pageOf(await tts.get(ann, "/posts?limit=1")).page;
    expect(await tts.get(ann, `/posts?cursor=${next}`)).toBeHttp(200);
    for (const path of [`/posts?cursor=${next}x`, "/posts?cursor="])
      expect(await tts.get(ann, path)).toBeProblem(400, "invalid-cursor");
    expect(await tts.get(bob, `/posts?cursor=${next}`)).toBeProblem(400, "invalid-cursor");
  });

  test("shows neither text nor what only the table knows", async () => {
    await tts.put(
      aPost(ann.id, { content: "Only for the voice.", status: "failed", error: { code: "too-slow", detail: "It is" } }),
    );
    const { data } = pageOf(await tts.get(ann, "/posts"));
    expect(data).toEqual([
      {
        id: expect.any(String),
        title: expect.any(String),
        status: "failed",
        error: { code: "too-slow", detail: "It is" },
        created: expect.any(String),
        updated: expect.any(String),
      },
    ]); // prettier-ignore
  });
});

describe("a post that was spoken", () => {
  test("has audio and marks for an hour", async () => {
    const { id } = await tts.accepted(ann, { text: "The kettle sings.", marks: true, title: "Tea & <toast>" });
    await tts.cloud.idle();
    const post = await tts.view(ann, id);
    expect(post).toMatchObject({ id, title: "Tea & <toast>", status: "ready", billedChars: 34, cachedChars: 0 });
    const audio = await fetch(post.audioUrl ?? "");
    expect(audio.headers.get("content-type")).toBe("audio/mpeg");
    expect((await audio.arrayBuffer()).byteLength).toBe(post.bytes);
    expect(await (await fetch(post.marksUrl ?? "")).json()).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: "word", value: "kettle", start: 4, end: 10 })]),
    );
    await tts.cloud.clock.advance("61m");
    expect((await fetch(post.audioUrl ?? "")).status).toBe(403);
  });

  test("is ready at once when the same is asked for again, for its owner and nobody else", async () => {
    const body = { text: "Tea is ready.", title: "First" };
    const first = await tts.accepted(ann, body);
    await tts.cloud.idle();
    const again = await tts.post(ann, { ...body, title: "Second" });
    expect(again).toBeHttp(200, { status: "ready", estimate: { chars: 13, costUsd: 0 } });
    const { id } = again.json as { id: string }; // the API's schema
    const [one, two] = [await tts.view(ann, first.id), await tts.view(ann, id)];
    expect(two).toMatchObject({ title: "Second", durationMs: one.durationMs, billedChars: 0, cachedChars: 13 });
    expect((await tts.post(bob, body)).status).toBe(202);
    expect((await tts.post(ann, { ...body, voice: "Brian" })).status).toBe(202);
    await tts.cloud.idle();
  });

  test("takes its audio along only with the last post that uses it", async () => {
    const audioOf = async () => (await tts.objects()).filter((key) => /^[am]\//.test(key));
    const before = await audioOf();
    const body = { text: "Here today.", marks: true };
    const first = await tts.accepted(ann, body);
    await tts.cloud.idle();
    const second = await tts.accepted(ann, body);
    expect((await audioOf()).length).toBe(before.length + 2);
    for (const _ of [1, 2]) expect((await tts.remove(ann, first.id)).status).toBe(204);
    const { audioUrl = "" } = await tts.view(ann, second.id);
    expect((await fetch(audioUrl)).status).toBe(200);
    expect((await tts.remove(ann, second.id)).status).toBe(204);
    expect(await audioOf()).toEqual(before);
    expect((await fetch(audioUrl)).ok).toBe(false);
    expect(await tts.get(ann, `/posts/${second.id}`)).toBeProblem(404, "not-found");
    expect(pageOf(await tts.get(ann, "/posts")).data).toEqual([]);
    expect((await tts.post(ann, body)).status).toBe(202);
    await tts.cloud.idle();
  });

  test("has its audio as long as one post uses it, whatever comes and goes at once", async () => {
    const body = { text: "Come and go." };
    const audioRows = async () => (await tts.itemsOf("AUDIO")).filter(({ pk }) => String(pk).includes(ownerHash(ann.id)));
    let ids = [(await tts.accepted(ann, body)).id];
    await tts.cloud.idle();
    for (let round = 0; round < 2; round++) {
      const [, ...made] = await Promise.all([
        Promise.all(ids.map((id) => insist(() => tts.remove(ann, id)))),
        ...Array.from({ length: 3 }, () => tts.accepted(ann, body)),
      ]);
      await tts.cloud.idle();
      await tts.cloud.clock.advance("3m"); // jobs that met an audio on its way out come again
      await tts.cloud.idle();
      ids = made.map(({ id }) => id);
      const views = await Promise.all(ids.map((id) => tts.view(ann, id)));
      expect(views.map(({ status }) => status)).toEqual(ids.map(() => "ready"));
      for (const { audioUrl = "" } of views) expect((await fetch(audioUrl)).status).toBe(200);
      expect(await audioRows()).toMatchObject([{ refs: ids.length }]);
    }
    await Promise.all(ids.map((id) => insist(() => tts.remove(ann, id))));
    expect(await audioRows()).toEqual([]);
    expect((await tts.objects()).filter((key) => key.startsWith(`a/${ownerHash(ann.id)}/`))).toEqual([]);
  }); // prettier-ignore

  test("goes for good when a try to delete it was cut off half-way, and is tried again", async () => {
    const { id } = await tts.accepted(ann, { text: "Half gone." });
    await tts.cloud.idle();
    const match = { service: "s3", action: "DeleteObject", function: "text-to-speech-local-deletePost" };
    await tts.cloud.faults.add({ id: "s3", match, effect: { kind: "error", code: "InternalError", status: 500 } });
    expect((await tts.remove(ann, id)).status).toBe(503);
    await tts.cloud.faults.clear("s3");
    expect(await tts.get(ann, `/posts/${id}`)).toBeProblem(404, "not-found");
    expect((await tts.remove(ann, id)).status).toBe(204);
    expect((await tts.itemsOf("AUDIO")).filter(({ refs }) => refs === 0)).toEqual([]);
  });

  test("can be spoken again when a try to delete it was cut off half-way, and never tried again", async () => {
    const body = { text: "Half gone, and back." };
    const { id } = await tts.accepted(ann, body);
    await tts.cloud.idle();
    const match = { service: "s3", action: "DeleteObject", function: "text-to-speech-local-deletePost" };
    await tts.cloud.faults.add({ id: "s3", match, effect: { kind: "error", code: "InternalError", status: 500 } });
    expect((await tts.remove(ann, id)).status).toBe(503);
    await tts.cloud.faults.clear("s3");
    const again = await tts.accepted(ann, body);
    await tts.cloud.idle();
    await tts.cloud.clock.advance("10m"); // its message comes again
    await tts.cloud.idle();
    const { status, audioUrl = "" } = await tts.view(ann, again.id);
    expect([status, (await fetch(audioUrl)).status]).toEqual(["ready", 200]);
    expect((await tts.remove(ann, again.id)).status).toBe(204);
    expect((await tts.itemsOf("AUDIO")).filter(({ refs }) => refs === 0)).toEqual([]);
  });
});

describe("a post of another", () => {
  test("is not there: not to be seen, and not to be ended", async () => {
    const { id } = await tts.accepted(ann, { text: "Mine alone." });
    await tts.cloud.idle();
    const before = await tts.view(ann, id);
    expect(await tts.get(bob, `/posts/${id}`)).toBeProblem(404, "not-found");
    expect(await tts.remove(bob, id)).toBeProblem(404, "not-found");
    expect(await tts.view(ann, id)).toMatchObject({ ...before, audioUrl: expect.any(String) });
    await tts.remove(ann, id);
    expect(await tts.remove(bob, id)).toBeProblem(404, "not-found");
    for (const unknown of [`pst_${"Z".repeat(26)}`, "pst_1", "__proto__"]) {
      expect(await tts.get(ann, `/posts/${unknown}`)).toBeProblem(404, "not-found");
      expect(await tts.remove(ann, unknown)).toBeProblem(404, "not-found");
    }
  });
});

describe("a podcast", () => {
  test("has the ready posts, each with the exact size of what its link leads to", async () => {
    const { id } = await tts.accepted(ann, { text: "News at ten.", title: `"News" <at> 10 & later's` });
    await tts.accepted(ann, { text: "And the weather." });
    await tts.cloud.idle();
    await tts.put(aPost(ann.id, { title: "Not yet", status: "failed" }));
    const feed = await tts.app.http.get(await feedOf(ann));
    expect(feed.headers["content-type"]).toBe("application/rss+xml; charset=utf-8");
    expect(feed.text.match(/<item>/g)).toHaveLength(2);
    expect(feed.text).not.toContain("Not yet");
    expect(feed.text).toContain("<title>&quot;News&quot; &lt;at&gt; 10 &amp; later&apos;s</title>");
    const { durationMs = 0, bytes } = await tts.view(ann, id);
    const link = new RegExp(`<enclosure url="([^"]*/audio/${id}[^"]*)" length="${bytes}" type="audio/mpeg"/>`).exec(feed.text)?.[1] ?? "";
    expect(feed.text).toContain(`<itunes:duration>00:00:0${Math.round(durationMs / 1000)}</itunes:duration>`);
    await tts.cloud.clock.advance("3h"); // what players kept still leads somewhere
    const moved = await tts.app.http.get(link.slice(tts.app.http.url.length));
    expect(moved.status).toBe(302);
    const audio = await fetch(moved.headers["location"] ?? "");
    expect((await audio.arrayBuffer()).byteLength).toBe(bytes);
  }); // prettier-ignore

  test("keeps its address, and is there for nobody who has another token", async () => {
    await tts.put(aPost(ann.id, { status: "ready" }));
    const path = await feedOf(ann);
    expect(await feedOf(ann)).toBe(path);
    const id = pageOf(await tts.get(ann, "/posts")).data[0]?.id ?? "";
    const token = new URLSearchParams(path.split("?")[1]).get("token") ?? "";
    const bobs = new URLSearchParams((await feedOf(bob)).split("?")[1]).get("token") ?? "";
    const wrong = ["", "x", bobs, token.slice(1), `${token}x`, token.toLowerCase()];
    for (const other of wrong) {
      expect(await tts.app.http.get(`/feed.xml?owner=${ann.id}&token=${other}`)).toBeProblem(404, "not-found");
      expect(await tts.app.http.get(`/audio/${id}?token=${other}`)).toBeProblem(404, "not-found");
    }
    expect(await tts.app.http.get(`/feed.xml?owner=nobody&token=`)).toBeProblem(404, "not-found");
    expect((await tts.app.http.get(`/audio/${id}?token=${token}`)).status).toBe(302);
    expect(await tts.app.http.get(path.replace("&token", "&x=1&token"))).toBeProblem(400, "invalid-query");
  });
});

test("voices are asked for once a day", async () => {
  const { get } = tts.app.http;
  const asked = async () =>
    (await tts.cloud.requests({ service: "polly", action: "DescribeVoices" })).filter(({ principal }) =>
      principal.includes("listVoices"),
    ).length;
  const all = await get("/voices");
  expect(all.headers["cache-control"]).toBe("public, max-age=3600");
  const british = (await get("/voices?language=en-GB&engine=neural")).json as { data: readonly { id: string }[] }; // the API's schema
  expect(british.data.map(({ id }) => id)).toEqual(["Amy", "Arthur", "Brian", "Emma"]);
  expect(await asked()).toBe(1);
  await tts.cloud.clock.advance("25h");
  expect((await get("/voices?engine=long-form")).json).toMatchObject({ data: [{ id: "Danielle" }, {}, {}] });
  expect(await asked()).toBe(2);
  expect(await get("/voices?engine=steam")).toBeProblem(400, "invalid-query");
  expect(await tts.app.http.get("/posts", { headers: bearer({ accessToken: "x" }) })).toBeHttp(401);
});
