// Somebody signs up in a user pool, and shortens links here.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, newUser, signIn, type TestCloud, type UserPool } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import type { LinkView } from "../src/link-schemas.ts";
import { FIREFOX, openShortener } from "../test/open-shortener.ts";

let cloud: TestCloud;
let users: UserPool;
let app: App;
beforeAll(async () => {
  ({ cloud, pool: users, app } = await openShortener());
});
afterAll(() => cloud.close());

const bearer = ({ accessToken }: { accessToken: string }) => ({ authorization: `Bearer ${accessToken}` });

test("who has signed up makes a link, sees it visited, and signs in again after a quarter of an hour", async () => {
  const user = await newUser(cloud, users);
  const headers = { ...bearer(user), "idempotency-key": "0f8e3c1a-first-link" };
  const request = { headers, body: { url: "https://example.com/mine" } };
  const made = await app.http.post("/v1/links", request);
  expect(made).toBeHttp(201);
  const { code, shortUrl } = made.json as LinkView; // the API's schema
  expect(shortUrl).toBe(`${app.http.url}/${code}`);
  expect(made.headers["location"]).toBe(`/v1/links/${code}`);
  const replayed = await app.http.post("/v1/links", request);
  expect([replayed.status, replayed.text]).toEqual([201, made.text]);

  const visit = await app.http.get(`/${code}`, { headers: { "user-agent": FIREFOX } });
  expect([visit.status, visit.headers["location"]]).toEqual([302, "https://example.com/mine"]);
  await cloud.idle();
  expect(await app.http.get(`/v1/links/${code}/stats`, { headers })).toBeHttp(
    200,
    expect.objectContaining({ allTime: { clicks: 1, bots: 0 } }),
  );

  await cloud.clock.advance("15m");
  expect((await app.http.get("/v1/links", { headers })).status).toBe(401);
  const again = bearer(await signIn(cloud, users, user));
  expect(await app.http.get("/v1/links", { headers: again })).toBeHttp(
    200,
    expect.objectContaining({ data: [expect.objectContaining({ code })] }),
  );
});

test("the groups of the pool say who may disable links", async () => {
  const [owner, staff, admin] = await Promise.all([
    newUser(cloud, users),
    newUser(cloud, users, { group: "staff" }),
    newUser(cloud, users, { group: "admin" }),
  ]);
  const body = { url: "https://example.com", slug: "win-a-phone" };
  expect(await app.http.post("/v1/links", { headers: bearer(owner), body })).toBeHttp(201);
  const disable = (headers: Readonly<Record<string, string>>) =>
    app.http.post("/v1/links/win-a-phone/disable", { headers, body: { reason: "phishing" } });
  expect(await disable(bearer(owner))).toBeProblem(403, "forbidden-role");
  expect(await disable(bearer(staff))).toBeProblem(403, "forbidden-role");
  expect(await disable(bearer(admin))).toBeHttp(200);
  expect(await app.http.get("/win-a-phone")).toBeProblem(410, "link-disabled");
});

test("an ID token of the pool is 401", async () => {
  const { idToken } = await newUser(cloud, users);
  const headers = bearer({ accessToken: idToken });
  expect(await app.http.get("/v1/links", { headers })).toBeProblem(401, "unauthenticated");
});

test("links of a user of the pool are of its owner alone", async () => {
  const [ann, bob] = await Promise.all([newUser(cloud, users), newUser(cloud, users)]);
  const made = await app.http.post("/v1/links", { headers: bearer(ann), body: { url: "https://example.com" } });
  const path = made.headers["location"] ?? "";
  expect(await app.http.get(path, { headers: bearer(bob) })).toBeProblem(404, "not-found");
  expect(await app.http.get(path, { headers: bearer(ann) })).toBeHttp(200);
});
