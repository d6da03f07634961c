import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { HttpResult } from "@warmstart/testing";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { awsLinks } from "../src/aws-get-link.ts";
import { FIREFOX, openShortener, type Shortener } from "../test/open-shortener.ts";

const CROWD = process.env["WARMSTART_FULL"] === "1" ? 200 : 50;

let s: Shortener;
beforeAll(async () => {
  s = await openShortener({ people: false });
});
afterAll(() => s.cloud.close());

const TARGET = "https://example.com/target?a=1&b=ü";
const STORED = "https://example.com/target?a=1&b=%C3%BC";

/** What the table was asked while `act` ran. */
const asked = async (act: () => Promise<unknown>): Promise<string[]> => {
  await s.cloud.idle(); // the clicks of earlier tests are counted
  const before = (await s.cloud.requests({ service: "dynamodb" })).length;
  await act();
  return (await s.cloud.requests({ service: "dynamodb" })).slice(before).map(({ action }) => action);
};

/** A DynamoDB that finds nothing and notes what it was asked. */
const recorder = async () => {
  const sent: object[] = [];
  const http = createServer((request, response) => {
    request.on("data", (body: Buffer) => sent.push(JSON.parse(body.toString())));
    request.on("end", () => response.end("{}"));
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo; // it listens on TCP
  const close = (): void => {
    http.closeAllConnections();
    http.close();
  };
  return { server: { port, close }, sent };
};

const location = ({ headers }: HttpResult): string | undefined => headers["location"];

describe("GET /{code}", () => {
  test("leads to the target, for one read", async () => {
    const { code } = await s.create({ url: TARGET });
    expect(
      await asked(async () => {
        const answer = await s.visit(`/${code}?utm=x&utm=y&%zz`);
        expect(answer.status).toBe(302);
        expect(answer.text).toBe("");
        expect(answer.headers).toMatchObject({
          location: STORED,
          "cache-control": "private, max-age=0, must-revalidate",
          "referrer-policy": "strict-origin-when-cross-origin",
          "x-robots-tag": "noindex",
          "x-content-type-options": "nosniff",
        });
      }),
    ).toEqual(["GetItem"]);
  });

  test("costs half a read unit, for the largest link there can be", async () => {
    const url = `https://example.com/${"u".repeat(2000)}`;
    const tags = Array.from({ length: 10 }, (_, i) => `${i}${"t".repeat(31)}`);
    const link = {
      url,
      tags,
      slug: "s".repeat(64),
      title: "ü".repeat(200),
      maxUses: 9,
      expiresAt: "2030-01-01T00:00:00Z",
    };
    await s.create(link);
    const { server, sent } = await recorder();
    process.env["AWS_ENDPOINT_URL_DYNAMODB"] = `http://127.0.0.1:${server.port}`;
    await awsLinks(s.app.resource("LinksTable")).get(link.slug);
    delete process.env["AWS_ENDPOINT_URL_DYNAMODB"];
    server.close();
    expect(sent).toHaveLength(1);
    const read = { ...sent[0], ReturnConsumedCapacity: "TOTAL" };
    const { Item, ConsumedCapacity } = await s.cloud.call("dynamodb", "DynamoDB_20120810.GetItem", read);
    expect(Item).toMatchObject({ url: { S: url } });
    expect(ConsumedCapacity).toMatchObject({ CapacityUnits: 0.5 });
  });

  test.each(["/favicon.ico", "/robots.txt", "/ab", `/${"x".repeat(65)}`, "/a%20b"])(
    "%s is a 404 without a read",
    async (path) => {
      expect(await asked(async () => expect(await s.visit(path)).toBeProblem(404, "not-found"))).toEqual([]);
    },
  );

  test.each(["/sale+", "/SALE+", "/sale%2B"])("%s leads to the page without a read", async (path) => {
    expect(await asked(async () => expect(location(await s.visit(path))).toBe("/p/sale"))).toEqual([]);
  });

  test("an unknown code is a problem for programs and a page for browsers", async () => {
    expect(await s.visit("/unknown")).toBeProblem(404, "not-found");
    const page = await s.visit("/unknown", { accept: "text/html,*/*" });
    expect(page.status).toBe(404);
    expect(page.headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  });

  test("a slug may be written in capitals", async () => {
    await s.create({ url: TARGET, slug: "autumn-sale" });
    expect(location(await s.visit("/Autumn-SALE"))).toBe(STORED);
  });

  test("HEAD answers as GET", async () => {
    const { code } = await s.create({ url: TARGET });
    const answer = await s.app.http.head(`/${code}`);
    expect([answer.status, location(answer), answer.text]).toEqual([302, STORED, ""]);
  });

  test("a confusable host goes over the page, which warns", async () => {
    const { code, confusable } = await s.create({ url: "https://аpple.com/" });
    expect(confusable).toBe(true);
    expect(location(await s.visit(`/${code}`))).toBe(`/p/${code}`);
    expect((await s.visit(`/p/${code}`)).text).toContain('role="alert"');
  });
});

describe("the end of a link", () => {
  test("it expires to the second, swept by nobody", async () => {
    const expiresAt = new Date(s.cloud.clock.now() + 3_600_000).toISOString();
    const { code } = await s.create({ url: TARGET, expiresAt });
    await s.cloud.clock.advance(3_599_000);
    expect((await s.visit(`/${code}`)).status).toBe(302);
    await s.cloud.clock.advance(1000);
    expect(await s.visit(`/${code}`)).toBeProblem(410, "link-expired");
  });

  test("deleted, it is gone for ninety days; then its code starts anew", async () => {
    const { code, version } = await s.create({ url: TARGET, slug: "phoenix" });
    await s.visit("/phoenix");
    const ann = await s.key("ann");
    const path = `/m/v1/links/${code}`;
    expect((await s.app.http.delete(path, { headers: { ...ann, "if-match": `"v${version}"` } })).status).toBe(204);
    expect(await s.visit("/phoenix")).toBeProblem(410, "link-deleted");
    const again = { headers: await s.key("bob"), body: { url: "https://example.org/", slug: "phoenix" } };
    expect(await s.app.http.post("/m/v1/links", again)).toBeProblem(409, "slug-taken");
    await s.cloud.clock.advance("91d");
    expect(await s.app.http.post("/m/v1/links", again)).toBeHttp(201);
    await s.cloud.idle();
    const stats = await s.app.http.get(`${path}/stats`, again);
    expect(stats).toBeHttp(200, expect.objectContaining({ allTime: { clicks: 0, bots: 0 } }));
    expect(await s.app.http.get(path, { headers: ann })).toBeProblem(404, "not-found");
  });
});

describe("maxUses", () => {
  test(`of ${CROWD} visits at once exactly ten get through`, async () => {
    const { code } = await s.create({ url: TARGET, maxUses: 10 });
    const answers = await Promise.all(Array.from({ length: CROWD }, () => s.visit(`/${code}`)));
    expect(answers.filter(({ status }) => status === 302)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status !== 302);
    for (const answer of refused) expect(answer).toBeProblem(410, "link-used-up");
    expect(refused).toHaveLength(CROWD - 10);
  });

  test("HEAD, prefetch and crawlers use none and see no target", async () => {
    const { code } = await s.create({ url: TARGET, maxUses: 1 });
    const lookers = [
      await s.app.http.head(`/${code}`, { headers: { "user-agent": FIREFOX } }),
      await s.visit(`/${code}`, { "sec-purpose": "prefetch" }),
      await s.visit(`/${code}`, { "user-agent": "WhatsApp/2.23" }),
      await s.visit(`/${code}`, { "user-agent": "facebookexternalhit/1.1" }),
    ];
    for (const answer of lookers) expect(location(answer)).toBe(`/p/${code}`);
    const page = await s.visit(`/p/${code}`, { "user-agent": "WhatsApp/2.23" });
    expect(page.text).not.toContain("target?");
    expect(location(await s.visit(`/${code}`))).toBe(STORED);
    expect(await s.visit(`/${code}`)).toBeProblem(410, "link-used-up");
  });
});

test("a QR code is an image of the short link, in the asked size", async () => {
  const { code } = await s.create({ url: TARGET });
  const answer = await s.visit(`/${code}/qr.svg?size=512&ecc=H`);
  expect(answer.headers).toMatchObject({ "content-type": "image/svg+xml", "cache-control": "max-age=86400" });
  expect(answer.text).toMatch(/^<svg [^>]*width="512"/);
  expect(await s.visit(`/${code}/qr.svg?size=5`)).toBeProblem(400, "invalid-query");
  expect(await s.visit("/unknown/qr.svg")).toBeProblem(404, "not-found");
});
