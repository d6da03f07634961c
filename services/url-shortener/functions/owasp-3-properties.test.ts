// OWASP API 3 (2023): what only the service writes of a link, nobody sends.
import { afterAll, beforeAll, test } from "@jest/globals";
import { expectServerFieldsRefused } from "@warmstart/testing/security";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

test("owner, version, state, clicks and keys of the table are refused by name on every route with a body", async () => {
  const headers = { ...(await s.person("admin")), ...(await s.key("ann")) };
  await expectServerFieldsRefused({ app: s.app, headers });
}, 60_000);
