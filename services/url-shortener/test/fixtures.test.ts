// Every event in events/url-shortener does what its name says, through the handler that it is for.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { invoke, NO_POOL, openCloud, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { readdirSync, readFileSync } from "node:fs";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLinks } from "../src/dynamo-links.ts";
import { hashPassword } from "../src/password.ts";
import type { Link } from "../src/redirect.ts";
import { aLink } from "./a-link.ts";

const folder = new URL("../../../events/url-shortener/", import.meta.url);
const createdAt = "2026-01-15T11:00:00.000Z";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openCloud();
  const app = await cloud.deploy("services/url-shortener", { only: "resources", imports: NO_POOL });
  Object.assign(process.env, await app.env("linkStats"), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"];
  const links = dynamoLinks(app.resource("LinksTable"), documentClient());
  const pw = await hashPassword("correct horse");
  const records: Partial<Link>[] = [
    { code: "sale" },
    { code: "expired", expiresAt: 1 },
    { code: "deleted" },
    { code: "disabled", disabled: "phishing" },
    { code: "used-up", maxUses: 1, uses: 1 },
    { code: "secret", pw, protected: true },
  ];
  for (const record of records) await links.add(aLink({ createdAt, updatedAt: createdAt, ...record }));
  await links.remove({ code: "deleted", ownerId: "ann", version: 1 }, cloud.clock.now() / 1000 + 1000);
});
afterAll(() => cloud.close());

const handlers = {
  redirect: async () => (await import("../functions/redirect.ts")).handler,
  "show-page": async () => (await import("../functions/page.ts")).show,
  "submit-page": async () => (await import("../functions/page.ts")).submit,
  "qr-code": async () => (await import("../functions/qr-code.ts")).handler,
  "create-link": async () => (await import("../functions/create-link.ts")).one,
  "create-links": async () => (await import("../functions/create-link.ts")).batch,
  "list-links": async () => (await import("../functions/link.ts")).list,
  "get-link": async () => (await import("../functions/link.ts")).get,
  "update-link": async () => (await import("../functions/link.ts")).update,
  "remove-link": async () => (await import("../functions/link.ts")).remove,
  "disable-link": async () => (await import("../functions/link.ts")).disable,
  "enable-link": async () => (await import("../functions/link.ts")).enable,
  "link-stats": async () => (await import("../functions/link-stats.ts")).handler,
  "count-clicks": async () => (await import("../functions/count-clicks.ts")).handler,
  "check-api-key": async () => (await import("../functions/api-keys.ts")).check,
  "create-api-key": async () => (await import("../functions/api-keys.ts")).create,
  "list-api-keys": async () => (await import("../functions/api-keys.ts")).list,
  "remove-api-key": async () => (await import("../functions/api-keys.ts")).remove,
  "open-api": async () => (await import("../functions/openapi.ts")).handler,
};

const run = async (name: string) => {
  const [owner] = Object.entries(handlers)
    .filter(([prefix]) => name.startsWith(`${prefix}-`))
    .toSorted(([a], [b]) => b.length - a.length);
  if (owner === undefined) throw new Error(`${name} is for no function`);
  const event: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
  return invoke((await owner[1]()) as never, event);
};

const STATUS: Readonly<Record<string, number>> = {
  "redirect-hit": 302,
  "redirect-miss": 404,
  "redirect-expired": 410,
  "redirect-deleted": 410,
  "redirect-disabled": 410,
  "redirect-used-up": 410,
  "redirect-password": 302,
  "redirect-head": 302,
  "redirect-bot": 302,
  "redirect-prefetch": 302,
  "redirect-plus": 302,
  "show-page-hit": 200,
  "submit-page-right-password": 303,
  "submit-page-wrong-password": 401,
  "qr-code-large": 200,
  "create-link-ok": 201,
  "create-link-slug-taken": 409,
  "create-link-javascript-url": 422,
  "create-link-reserved-slug": 422,
  "create-links-mixed": 200,
  "list-links-page2": 200,
  "get-link-ok": 200,
  "update-link-stale-etag": 412,
  "remove-link-no-if-match": 428,
  "get-link-signed-in": 200,
  "get-link-id-token": 401,
  "get-link-other-pool": 401,
  "disable-link-phishing": 200,
  "disable-link-staff": 403,
  "enable-link-ok": 200,
  "link-stats-day": 200,
  "create-api-key-ok": 201,
  "create-api-key-unknown-scope": 422,
  "list-api-keys-ok": 200,
  "remove-api-key-unknown": 404,
  "open-api-ok": 200,
};

const isClick = (line: object): boolean => "type" in line && line.type === "click";
const COUNTED = ["redirect-hit", "redirect-bot", "redirect-prefetch", "submit-page-right-password"];

test.each(Object.entries(STATUS))("%s answers %i", async (name, status) => {
  const { status: answered, logs } = await run(name);
  expect(answered).toBe(status);
  expect(logs.filter(isClick)).toHaveLength(COUNTED.includes(name) ? 1 : 0);
});

test("a wrong API key is refused", async () => {
  expect((await run("check-api-key-wrong")).result).toEqual({ isAuthorized: false });
});

test("a batch, its duplicate, its recut and its dead letter count once", async () => {
  for (const name of ["batch", "duplicate", "recut", "dead-letter"]) {
    const { error, failedItems } = await run(`count-clicks-${name}`);
    expect([error, failedItems]).toEqual([undefined, []]);
  }
  const { json } = await run("link-stats-day");
  expect(json).toMatchObject({
    total: { clicks: 3, bots: 2 },
    allTime: { clicks: 3, bots: 2 },
    referrers: [{ name: "news.example", clicks: 1 }],
    sources: [
      { name: "direct", clicks: 2 },
      { name: "qr", clicks: 1 },
    ],
  });
});

test("every event is tried here", () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  const tried = [
    ...Object.keys(STATUS),
    "check-api-key-wrong",
    ...["batch", "duplicate", "recut", "dead-letter"].map((name) => `count-clicks-${name}`),
  ];
  expect(names.toSorted()).toEqual(tried.toSorted());
});
