// What the roles may do is what the functions do: no right too many, none too few.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege } from "@warmstart/testing";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

test("a link's life, from its making to its statistics, and that of a key, use every right", async () => {
  const admin = await s.person("admin");
  const made = await s.app.http.post("/v1/api-keys", { headers: admin, body: { scopes: ["links:read"] } });
  await s.app.http.get("/v1/api-keys", { headers: admin });
  await s.app.http.delete(made.headers["location"] ?? "", { headers: admin });
  const headers = { ...(await s.key("ann")), "idempotency-key": "3b0c9a52-5f0e-4d0e-9a3f-0a1b2c3d4e5f" };
  const { get, post, patch, delete: remove } = s.app.http;
  const url = "https://example.com";
  await post("/m/v1/links", { headers, body: { url, slug: "once", maxUses: 2 } });
  await post("/m/v1/links/batch", {
    headers,
    body: { links: [{ url, slug: "shut", password: "open sesame", maxUses: 2 }] },
  });
  for (const path of ["/once", "/p/once", "/shut", "/once/qr.svg"]) await s.visit(path);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  await post("/p/shut", { headers: form, body: "password=open+sesame" });
  for (const path of ["", "?limit=1", "/once", "/once/stats"]) await get(`/m/v1/links${path}`, { headers });
  expect(await post("/v1/links/once/disable", { headers: admin, body: { reason: "phishing" } })).toBeHttp(200);
  expect(await post("/v1/links/once/enable", { headers: admin })).toBeHttp(200);
  const merge = { ...headers, "if-match": '"v3"', "content-type": "application/merge-patch+json" };
  expect(await patch("/m/v1/links/once", { headers: merge, body: { title: "x" } })).toBeHttp(200);
  expect((await remove("/m/v1/links/once", { headers: { ...headers, "if-match": '"v4"' } })).status).toBe(204);
  await s.cloud.idle();
  await expectLeastPrivilege(s.app);
});
