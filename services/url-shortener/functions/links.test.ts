import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newUser, signIn } from "@warmstart/testing";
import type { LinkView } from "../src/link-schemas.ts";
import { FIREFOX, openShortener, type Shortener } from "../test/open-shortener.ts";

const CROWD = process.env["WARMSTART_FULL"] === "1" ? 100 : 30;

let s: Shortener;
let ann: { "x-api-key": string };
let bob: { "x-api-key": string };
beforeAll(async () => {
  s = await openShortener();
  [ann, bob] = await Promise.all([s.key("ann"), s.key("bob")]);
});
afterAll(() => s.cloud.close());

const patch = (code: string, body: unknown, headers: Record<string, string>) =>
  s.app.http.patch(`/m/v1/links/${code}`, {
    headers: { "content-type": "application/merge-patch+json", ...headers },
    body: JSON.stringify(body),
  });

describe("one link", () => {
  test("is read, unchanged, changed and deleted by its version", async () => {
    const { code } = await s.create({ url: "https://example.com/a", title: "old", tags: ["x"] });
    const path = `/m/v1/links/${code}`;
    const read = await s.app.http.get(path, { headers: ann });
    expect(read).toBeHttp(200, expect.objectContaining({ title: "old" }));
    expect((await s.app.http.get(path, { headers: { ...ann, "if-none-match": '"v1"' } })).status).toBe(304);

    expect(await patch(code, { title: "new" }, ann)).toBeProblem(428, "if-match-required");
    expect(await patch(code, { title: "new" }, { ...ann, "if-match": '"v7"' })).toBeProblem(412, "etag-mismatch");
    expect(await patch(code, { title: "new", slug: "other" }, { ...ann, "if-match": '"v1"' })).toBeProblem(
      422,
      "validation-failed",
    );
    const changed = await patch(
      code,
      { title: "new", tags: null, url: "https://example.com/b" },
      { ...ann, "if-match": '"v1"' },
    );
    expect(changed).toBeHttp(200, expect.objectContaining({ title: "new", tags: [], version: 2 }));
    expect(changed.headers["etag"]).toBe('"v2"');
    expect((await s.visit(`/${code}`)).headers["location"]).toBe("https://example.com/b");

    expect((await s.app.http.delete(path, { headers: { ...ann, "if-match": '"v2"' } })).status).toBe(204);
    expect(await s.app.http.get(path, { headers: ann })).toBeProblem(404, "not-found");
    expect(await patch(code, {}, { ...ann, "if-match": '"v2"' })).toBeProblem(404, "not-found");
  });

  test(`of ${CROWD} edits of one version at once one wins, and none reads`, async () => {
    const { code } = await s.create({ url: "https://example.com/a" });
    const before = (await s.cloud.requests({ service: "dynamodb" })).length;
    const answers = await Promise.all(
      Array.from({ length: CROWD }, (_, i) => patch(code, { title: `t${i}` }, { ...ann, "if-match": '"v1"' })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(CROWD - 1);
    const asked = (await s.cloud.requests({ service: "dynamodb" })).slice(before);
    const edits = asked.filter(({ principal }) => /updateLink/.test(principal)); // not the counting of earlier clicks
    expect(edits.map(({ action }) => action)).toEqual(Array.from({ length: CROWD }, () => "UpdateItem"));
  });
});

describe("a list", () => {
  test("is newest first, in pages, filtered by tag and state, and only the owner's", async () => {
    const lea = await s.key("lea");
    for (let i = 0; i < 12; i++) {
      const body = {
        url: `https://example.com/${i}`,
        tags: [i % 2 ? "odd" : "even"],
        ...(i % 3 === 0 && { maxUses: 1 }),
      };
      expect(await s.app.http.post("/m/v1/links", { headers: lea, body })).toBeHttp(201);
      await s.cloud.clock.advance("1s");
    }
    const all: LinkView[] = [];
    for (let path: string | undefined = "/m/v1/links?limit=5"; path !== undefined;) {
      const answer = await s.app.http.get(path, { headers: lea });
      expect(answer).toBeHttp(200);
      all.push(...(answer.json as { data: LinkView[] }).data);
      path = /<(.*)>; rel="next"/.exec(answer.headers["link"] ?? "")?.[1];
    }
    expect(all.map(({ url }) => url)).toEqual(Array.from({ length: 12 }, (_, i) => `https://example.com/${11 - i}`));

    const used = all.find(({ maxUses }) => maxUses === 1);
    await s.visit(`/${used?.code}`);
    const of = async (query: string) =>
      ((await s.app.http.get(`/m/v1/links?${query}`, { headers: lea })).json as { data: LinkView[] }).data;
    expect(await of("tag=odd")).toHaveLength(6);
    expect((await of("state=used-up")).map(({ code, uses }) => [code, uses])).toEqual([[used?.code, 1]]);
    expect(await of("state=active&tag=even&limit=100")).toHaveLength(6);
    expect(JSON.stringify(all)).not.toMatch(/ownerId|madeBy|gsi1|"pw"/);
  });

  test("its cursor is of one owner, filter and route", async () => {
    for (const path of ["first", "second"]) await s.create({ url: `https://example.com/${path}` });
    const { json } = await s.app.http.get("/m/v1/links?limit=1", { headers: ann });
    const cursor = (json as { page: { next: string } }).page.next;
    expect(await s.app.http.get(`/m/v1/links?limit=1&cursor=${cursor}`, { headers: ann })).toBeHttp(200);
    expect(await s.app.http.get(`/m/v1/links?limit=1&cursor=${cursor}`, { headers: bob })).toBeProblem(
      400,
      "invalid-cursor",
    );
    expect(await s.app.http.get(`/m/v1/links?tag=a&cursor=${cursor}`, { headers: ann })).toBeProblem(
      400,
      "invalid-cursor",
    );
    expect(await s.app.http.get("/m/v1/links?limit=0", { headers: ann })).toBeProblem(400, "invalid-query");
    expect(await s.app.http.get("/m/v1/links?offset=1", { headers: ann })).toBeProblem(400, "invalid-query");
  });
});

const bearer = ({ accessToken }: { accessToken: string }) => ({ authorization: `Bearer ${accessToken}` });

test("who has signed up makes a link, sees it visited, and signs in again after a quarter of an hour", async () => {
  const user = await newUser(s.cloud, s.pool);
  const headers = { ...bearer(user), "idempotency-key": "0f8e3c1a-first-link" };
  const request = { headers, body: { url: "https://example.com/mine" } };
  const made = await s.app.http.post("/v1/links", request);
  expect(made).toBeHttp(201);
  const { code, shortUrl } = made.json as LinkView; // the API's schema
  expect(shortUrl).toBe(`${s.app.http.url}/${code}`);
  expect(made.headers["location"]).toBe(`/v1/links/${code}`);
  const replayed = await s.app.http.post("/v1/links", request);
  expect([replayed.status, replayed.text]).toEqual([201, made.text]);

  const visit = await s.app.http.get(`/${code}`, { headers: { "user-agent": FIREFOX } });
  expect([visit.status, visit.headers["location"]]).toEqual([302, "https://example.com/mine"]);
  await s.cloud.idle();
  expect(await s.app.http.get(`/v1/links/${code}/stats`, { headers })).toBeHttp(
    200,
    expect.objectContaining({ allTime: { clicks: 1, bots: 0 } }),
  );

  await s.cloud.clock.advance("15m");
  expect((await s.app.http.get("/v1/links", { headers })).status).toBe(401);
  const again = bearer(await signIn(s.cloud, s.pool, user));
  expect(await s.app.http.get("/v1/links", { headers: again })).toBeHttp(
    200,
    expect.objectContaining({ data: [expect.objectContaining({ code })] }),
  );
});
