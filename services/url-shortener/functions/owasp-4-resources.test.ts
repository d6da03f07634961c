// OWASP API 4 (2023): what is too large, too deep or out of bounds is refused, and nothing hostile brings a 5xx.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectBadInputRefused, expectFuzzSurvived } from "@warmstart/testing/security";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

const bodies = { createLink: { url: "https://example.org" } };

test("bad input is a 4xx of its kind on every route", async () => {
  const headers = { ...(await s.person("admin")), ...(await s.key("ann")) };
  await expectBadInputRefused({ app: s.app, headers, bodies });
}, 60_000);

test("hostile requests are answered, none with a 5xx", async () => {
  const { code } = await s.create({ url: "https://example.com" });
  const callers = [await s.person(), await s.person("admin"), await s.key("ann"), {}] as const;
  const { cloud, app } = s;
  const { statuses } = await expectFuzzSurvived({ cloud, app, callers, path: { code }, bodies });
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["200", "201", "302", "400", "401", "404", "422"]));
}, 300_000);
