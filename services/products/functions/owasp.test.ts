// The checks of OWASP's API list (2023) that need a quiet cloud: 1 objects, 2 authentication, 3 properties, 5 functions, 9 inventory.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectOpenApi, newUser, type TestUser } from "@warmstart/testing";
import {
  expectForeignObjectsHidden,
  expectGroupsKept,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "@warmstart/testing/security";
import { bearer, openProducts, type Products } from "../test/open-products.ts";
import { document } from "../test/openapi.ts";

let s: Products;
let people: Readonly<Record<"customer" | "staff" | "admin", TestUser>>;
beforeAll(async () => {
  s = await openProducts();
  const { cloud, users } = s;
  people = {
    customer: await newUser(cloud, users),
    staff: await newUser(cloud, users, { group: "staff" }),
    admin: await newUser(cloud, users, { group: "admin" }),
  };
});
afterAll(() => s.cloud.close());

test("a customer gets nowhere near a draft on any route", async () => {
  const { id } = await s.stocked(5, { status: "draft" });
  const headers = bearer(people.customer);
  const read = async () => {
    const product = await s.app.http.get(`/v1/staff/products/${id}`, { headers: s.staff });
    return [product.json, await s.stock(id)];
  };
  const except = ["getImport"]; // tried beside the imports
  const tried = await expectForeignObjectsHidden({ app: s.app, path: { id }, headers, read, except });
  expect(tried.length).toBeGreaterThanOrEqual(6);
  expect(await s.app.http.get(`/v1/products/${id}`, { headers })).toBeProblem(404, "not-found");
});

test("hostile tokens are 401, and a right one opens no internal route", async () => {
  const { cloud, app, users } = s;
  await expectTokensRefused({ cloud, app, users, user: people.admin });
}, 60_000);

test("a field of the server's own is 422 and named, on every route", async () => {
  await expectServerFieldsRefused({ app: s.app, headers: s.staff });
});

test("an answer holds nothing but what is documented", async () => {
  const { id } = await s.stocked(1);
  const KEYS = ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "ttl"];
  for (const path of [`/v1/products/${id}`, `/v1/staff/products/${id}`, "/v1/products", `/v1/products/${id}/stock`]) {
    const { text } = await s.app.http.get(path, { headers: s.staff });
    expect(KEYS.filter((key) => text.includes(`"${key}"`))).toEqual([]);
  }
});

test("customers are refused on every route of staff's", () => expectGroupsKept({ app: s.app, people }));

test("openapi.json is what the schemas give, what the template routes, and what is served", () =>
  expectOpenApi(s.app, document));

test("other methods and other versions of its paths are no routes", async () => {
  const { paths } = JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const METHODS = ["get", "post", "put", "patch", "delete"] as const;
  for (const [path, operations] of Object.entries(paths)) {
    const filled = path.replaceAll(/\{\w+\}/g, "x");
    for (const method of METHODS.filter((each) => !(each in operations))) {
      expect([method, path, (await s.app.http[method](filled, { headers: s.staff })).status]).toEqual([
        method,
        path,
        404,
      ]);
    }
    expect((await s.app.http.get(filled.replace("/v1/", "/v0/").replace("/internal/", "/v1/internal/"))).status).toBe(
      filled.startsWith("/openapi") ? 200 : 404,
    );
  }
});
