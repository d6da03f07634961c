import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { httpEvent, send } from "@warmstart/testing";
import { readFileSync } from "node:fs";
import { checkUrl } from "../src/safe-url.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

const allHostileUrls: { url: string; rule: string }[] = JSON.parse(
  readFileSync(new URL("../src/hostile-urls.json", import.meta.url), "utf8"),
);
// Those that lead back to the shortener need its own domain before it: sho.rt, not this machine.
const hostileUrls = allHostileUrls.filter(({ rule }) => rule !== "own-host");

const isFull = process.env["WARMSTART_FULL"] === "1";
const CROWD = isFull ? 100 : 30;
/** One for each rule; all of them go through the batch. */
const someHostileUrls = isFull
  ? hostileUrls
  : [...Map.groupBy(hostileUrls, ({ rule }) => rule).values()].flatMap((urls) => urls.slice(0, 1));

let s: Shortener;
let ann: { "x-api-key": string };
beforeAll(async () => {
  s = await openShortener({ people: false });
  ann = await s.key("ann");
});
afterAll(() => s.cloud.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  s.app.http.post("/m/v1/links", { headers: { ...ann, ...headers }, body });

describe("POST /links", () => {
  test("answers 201 with the link, its place and its version", async () => {
    const answer = await post({ url: "https://example.com", tags: ["a", "a", "b"], title: "Käse" });
    expect(answer).toBeHttp(201, {
      code: expect.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{7}$/),
      shortUrl: expect.stringContaining(s.app.http.url.slice("http://".length)),
      url: "https://example.com/",
      title: "Käse",
      tags: ["a", "b"],
      state: "active",
      protected: false,
      confusable: false,
      version: 1,
      createdAt: expect.stringMatching(/^2026-01-15T12:00:0/),
      updatedAt: expect.stringMatching(/^2026-01-15T12:00:0/),
    });
    const { code } = answer.json as { code: string };
    expect(answer.headers).toMatchObject({ location: `/m/v1/links/${code}`, etag: '"v1"' });
  });

  test.each(["id", "ownerId", "version", "uses", "createdAt", "state", "disabled", "__proto__"])(
    "%s cannot be set",
    async (name) => {
      expect(
        await post(`{"url":"https://example.com","${name}":1}`, { "content-type": "application/json" }),
      ).toBeProblem(422, "validation-failed");
    },
  );

  test(`of ${CROWD} creates of one slug at once one gets it`, async () => {
    const answers = await Promise.all(
      Array.from({ length: CROWD }, () => post({ url: "https://example.com", slug: "race" })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409).map(({ text }) => text)).toEqual([]);
  });

  test("a repeated Idempotency-Key gets the same bytes and makes nothing", async () => {
    const headers = { "idempotency-key": "key-0001" };
    const first = await post({ url: "https://example.com/once" }, headers);
    const again = await post({ url: "https://example.com/once" }, headers);
    expect(again).toBeHttp(201);
    expect(again.text).toBe(first.text);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(await post({ url: "https://example.com/other" }, headers)).toBeProblem(422, "idempotency-key-reused");
  });
});

const batchOf = (urls: readonly { url: string }[]) => ({ links: urls.map(({ url }) => ({ url })) });

interface Refused {
  readonly results: readonly {
    readonly status: number;
    readonly problem: { readonly code: string; readonly errors: readonly { readonly code: string }[] };
  }[];
}

describe("hostile URLs", () => {
  test("none is taken by create", async () => {
    const greedy = await s.key("greedy");
    for (const { url } of someHostileUrls) {
      const answer = await s.app.http.post("/m/v1/links", { headers: greedy, body: { url } });
      expect(answer).toBeProblem(422, url === "" ? "validation-failed" : "unsafe-url");
    }
  });

  test("none is taken by edit", async () => {
    const { code } = await s.create({ url: "https://example.com/kept" });
    const headers = { ...ann, "if-match": '"v1"', "content-type": "application/merge-patch+json" };
    for (const { url } of someHostileUrls) {
      const answer = await s.app.http.patch(`/m/v1/links/${code}`, { headers, body: JSON.stringify({ url }) });
      expect(answer).toBeProblem(422, url === "" ? "validation-failed" : "unsafe-url");
    }
    expect((await s.visit(`/${code}`)).headers["location"]).toBe("https://example.com/kept");
  });

  test("none is taken by batch", async () => {
    expect(hostileUrls.length).toBeGreaterThanOrEqual(60);
    const request = { headers: await s.key("carol"), body: batchOf(hostileUrls) };
    const answer = await s.app.http.post("/m/v1/links/batch", request);
    expect(answer).toBeHttp(200);
    const { results } = answer.json as Refused;
    expect(results.map(({ status }) => status)).toEqual(hostileUrls.map(() => 422));
    const rules = hostileUrls.map(({ url, rule }) => (url === "" ? "min-length" : rule));
    expect(results.map(({ problem }) => problem.errors[0]?.code)).toEqual(rules);
  });

  test("none that leads back to the shortener's own domain is taken", async () => {
    const own = allHostileUrls.filter(({ rule }) => rule === "own-host");
    expect(own.length).toBeGreaterThan(0);
    const caller = { lambda: { sub: "dave", scopes: ["links:write"] } };
    const event = httpEvent("POST /m/v1/links/batch", { body: batchOf(own), caller, headers: { host: "sho.rt" } });
    const url = `${s.cloud.endpoint}/2015-03-31/functions/url-shortener-local-createLinks/invocations`;
    const { json } = await send("POST", url, { body: event, sign: { service: "lambda" } });
    const { results } = JSON.parse((json as { body: string }).body) as Refused;
    expect(results.map(({ problem }) => problem.errors[0]?.code)).toEqual(own.map(() => "own-host"));
  });

  test("none is in the table, from where alone a Location comes", async () => {
    const { Items } = await s.cloud.call("dynamodb", "DynamoDB_20120810.Scan", {
      TableName: s.app.resource("LinksTable"),
    });
    const links = (Items as { url?: { S: string }; ownerId?: { S: string } }[]).filter(({ url }) => url !== undefined);
    const owners = new Set(links.map(({ ownerId }) => ownerId?.S));
    for (const refused of ["greedy", "carol", "dave"]) expect(owners).not.toContain(refused);
    for (const { url } of links) expect(checkUrl(url?.S ?? "", "sho.rt")).toMatchObject({ ok: true, url: url?.S });
  });
});

describe("POST /links/batch", () => {
  const bad = new Map<number, Record<string, unknown>>([
    [3, { url: "javascript:alert(1)" }],
    [10, {}],
    [20, { url: "https://example.com", slug: "A" }],
    [30, { url: "https://example.com", slug: "preview" }],
    [40, { url: "https://example.com", slug: "twin" }],
    [50, { url: "https://example.com", maxUses: 0 }],
    [99, { url: "https://example.com", expiresAt: "2020-01-01T00:00:00Z" }],
  ]);
  const links = Array.from(
    { length: 100 },
    (_, i) => bad.get(i) ?? { url: `https://example.com/${i}`, ...(i === 39 && { slug: "twin" }) },
  );

  test("makes 93 of 100 links and names the 7 bad ones; the same key again gets the same bytes", async () => {
    const request = { headers: { ...(await s.key("dora")), "idempotency-key": "batch-0001" }, body: { links } };
    const answer = await s.app.http.post("/m/v1/links/batch", request);
    expect(answer).toBeHttp(200);
    const { results } = answer.json as {
      results: { index: number; status: number; code?: string; problem?: { errors?: { pointer: string }[] } }[];
    };
    expect(results.map(({ index }) => index)).toEqual(links.map((_, i) => i));
    expect(results.filter(({ status }) => status === 201)).toHaveLength(93);
    const failed = results.filter(({ status }) => status !== 201);
    expect(failed.map(({ index, status }) => [index, status])).toEqual([
      [3, 422],
      [10, 422],
      [20, 422],
      [30, 422],
      [40, 409],
      [50, 422],
      [99, 422],
    ]);
    expect(failed[0]?.problem?.errors?.[0]?.pointer).toBe("#/links/3/url");
    expect((await s.app.http.post("/m/v1/links/batch", request)).text).toBe(answer.text);
    expect((await s.visit(`/${results[50 + 1]?.code}`)).headers["location"]).toBe("https://example.com/51");
  });

  test.each([
    { links: [] },
    { links: Array.from({ length: 101 }, () => ({})) },
    { links: {} },
    {},
    { links: Array.from({ length: 11 }, () => ({ password: "12345678" })) },
  ])("a body that is wrong itself is 422 (%#)", async (body) =>
    expect(await s.app.http.post("/m/v1/links/batch", { headers: ann, body })).toBeProblem(422, "validation-failed"),
  );
});

test("an owner makes 600 links an hour, batches counted by their size", async () => {
  const eve = await s.key("eve");
  const batch = (n: number) =>
    s.app.http.post("/m/v1/links/batch", {
      headers: eve,
      body: { links: Array.from({ length: n }, () => ({ url: "https://example.com" })) },
    });
  for (let i = 0; i < 5; i++) expect(await batch(100)).toBeHttp(200);
  expect(await batch(99)).toBeHttp(200);
  expect(await batch(2)).toBeProblem(429, "rate-limited");
  expect(await batch(1)).toBeHttp(200);
  const keyed = { ...eve, "idempotency-key": "key-after-all" };
  const refused = await s.app.http.post("/m/v1/links", { headers: keyed, body: { url: "https://example.com" } });
  expect(refused).toBeProblem(429, "rate-limited");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  await s.cloud.clock.advance("1h");
  // A refusal is not kept: the same key now makes the link.
  expect(await s.app.http.post("/m/v1/links", { headers: keyed, body: { url: "https://example.com" } })).toBeHttp(201);
});
