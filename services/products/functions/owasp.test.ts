// The checks of OWASP's API list (2023): 1 objects, 2 authentication, 3 properties, 4 resources, 5 functions, 7 requests to
// other servers, 8 configuration, 9 inventory; and that the roles may do what the functions do, no more.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege, expectOpenApi, newUser, type TestUser } from "@warmstart/testing";
import {
  expectBadInputRefused,
  expectForeignObjectsHidden,
  expectFuzzSurvived,
  expectGroupsKept,
  expectServerFieldsRefused,
  expectTokensRefused,
} from "@warmstart/testing/security";
import { newOrderId } from "../test/a-product.ts";
import { bearer, newKey, openProducts, type Products } from "../test/open-products.ts";
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
afterEach(() => s.cloud.faults.clear());
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

test("bad input is a 4xx of its kind on every route", async () => {
  await expectBadInputRefused({ app: s.app, headers: s.staff });
}, 60_000);

test("hostile requests are answered, none with a 5xx, and all sums agree", async () => {
  const { id } = await s.stocked(1000);
  const { cloud, app, staff } = s;
  const { statuses } = await expectFuzzSurvived({ cloud, app, callers: [staff, {}], path: { id } });
  expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
  await s.holds();
}, 600_000);

test("an image is never fetched, and only an https address is one", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  server.on("connection", () => asked++);
  const { port } = server.address() as AddressInfo; // it listens on a port
  const images = [`https://127.0.0.1:${port}/a.jpg`, `https://localhost:${port}/`, "https://169.254.169.254/latest/"];
  const { id } = await s.stocked(1, { images });
  expect(await s.app.http.get(`/v1/products/${id}`)).toBeHttp(200, { images });
  await s.cloud.idle();
  expect(asked).toBe(0);
  server.close();
  for (const image of [`http://127.0.0.1:${port}/`, "file:///etc/passwd", "gopher://x", "data:text/html,x", "//x"]) {
    const body = { sku: "IMAGE-1", name: "x", price: { amount: 1, currency: "EUR" }, category: "x", images: [image] };
    expect(await s.app.http.post("/v1/products", { headers: s.staff, body })).toBeProblem(422, "validation-failed");
  }
});

test("whatever fails inside, the answer is 5xx and says nothing of it", async () => {
  const { id } = await s.stocked(5);
  const { get, post, patch } = s.app.http;
  const body = { sku: "FAIL-1", name: "x", price: { amount: 1, currency: "EUR" }, category: "x" };
  const merge = { ...s.staff, "if-match": '"v1"', "content-type": "application/merge-patch+json" };
  const delivery = { headers: { ...s.staff, ...newKey() }, body: { delta: 1, reason: "x" } };
  const held = { items: [{ productId: id, quantity: 1 }], expiresAt: "2026-01-15T13:00:00Z" };
  const requests = [
    () => get("/v1/products"),
    () => get(`/v1/products/${id}`),
    () => get(`/v1/products/${id}/stock`, { headers: s.staff }),
    () => post("/v1/products", { headers: s.staff, body }),
    () => patch(`/v1/products/${id}`, { headers: merge, body: { name: "y" } }),
    () => post(`/v1/products/${id}/stock-adjustments`, delivery),
    () => s.internal("post", "quotes", { items: held.items }),
    () => s.internal("put", `reservations/${newOrderId()}`, held),
    () => s.internal("post", `reservations/${newOrderId()}/release`),
  ];
  const effects = [
    { kind: "error", code: "AccessDeniedException", status: 400, message: "no arn:aws:dynamodb for you" },
    { kind: "error", code: "InternalServerError", status: 500 },
  ] as const;
  for (const effect of effects) {
    await s.cloud.faults.add({ id: "table", match: { service: "dynamodb" }, effect });
    const answers = await Promise.all(requests.map((request) => request()));
    await s.cloud.faults.clear("table");
    for (const { status, json, headers } of answers) {
      expect([500, 503]).toContain(status);
      expect(Object.keys(json as object).toSorted()).toEqual(["code", "instance", "status", "title", "type"]);
      expect(headers).toMatchObject({
        "content-type": expect.stringContaining("application/problem+json"),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "x-request-id": expect.any(String),
      });
    }
  }
});

test("no origin may call it from a browser unless it is named", async () => {
  const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
  const preflight = await s.app.http.options("/v1/products", { headers });
  expect(preflight.headers).not.toHaveProperty("access-control-allow-origin");
});

test("no role scans or holds a right on all there is", () => {
  const path = new URL("../.serverless/cloudformation-template-update-stack.json", import.meta.url);
  const { Resources } = JSON.parse(readFileSync(path, "utf8")) as { Resources: Record<string, { Type: string }> };
  const roles = Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role");
  expect(roles.length).toBeGreaterThan(15);
  expect(JSON.stringify(roles)).not.toMatch(/dynamodb:Scan|"dynamodb:\*"|"Resource":\["?\*/);
});

/** Those of imports have a test of their own. */
const OF_IMPORTS = /import/i;

test("a product's life, from its draft to its archive, uses every right", async () => {
  const { get, put, patch, delete: remove, post } = s.app.http;
  const body = { sku: "LIFE-1", name: "Mug", price: { amount: 1, currency: "EUR" }, category: "mugs" };
  const made = await post("/v1/products", { headers: { ...s.staff, ...newKey() }, body });
  const { id } = made.json as { id: string };
  const path = `/v1/products/${id}`;
  const { sku: _, ...rest } = body;
  const tag = (version: number) => ({ ...s.staff, "if-match": `"v${version}"` });
  expect(await put(path, { headers: tag(1), body: { ...rest, status: "active" } })).toBeHttp(200);
  const merge = { ...tag(2), "content-type": "application/merge-patch+json" };
  expect(await patch(path, { headers: merge, body: { price: { amount: 2 } } })).toBeHttp(200);
  for (const each of [path, "/v1/products", "/v1/products?category=mugs"]) expect(await get(each)).toBeHttp(200);
  for (const each of [`/v1/staff/products/${id}`, "/v1/staff/products", `${path}/stock`]) {
    expect(await get(each, { headers: s.staff })).toBeHttp(200);
  }
  const delivery = { headers: { ...s.staff, ...newKey() }, body: { delta: 9, reason: "delivery" } };
  expect(await post(`${path}/stock-adjustments`, delivery)).toBeHttp(200);
  const items = [{ productId: id, quantity: 1 }];
  expect(await s.internal("post", "quotes", { items })).toBeHttp(200);
  const [sold, forgotten, unknown] = [newOrderId(), newOrderId(), newOrderId()];
  const expiresAt = new Date(s.cloud.clock.now() + 1000).toISOString();
  for (const orderId of [sold, forgotten]) {
    expect(await s.internal("put", `reservations/${orderId}`, { items, expiresAt })).toBeHttp(201);
  }
  expect(await s.internal("post", `reservations/${sold}/commit`)).toBeHttp(200);
  for (const orderId of [sold, unknown]) {
    expect(await s.internal("post", `reservations/${orderId}/release`)).toBeHttp(200);
  }
  await s.cloud.clock.advance("2m");
  await s.cloud.idle();
  expect((await remove(path, { headers: tag(3) })).status).toBe(204);
  await s.holds();
  const rights = async () => (await s.app.rights()).filter(({ role }) => !OF_IMPORTS.test(role));
  await expectLeastPrivilege({ ...s.app, rights });
});
