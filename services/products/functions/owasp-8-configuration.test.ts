// OWASP API 8 (2023): headers on every answer, no word of AWS in any failure, no right without a limit.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { newOrderId } from "../test/a-product.ts";
import { newKey, openProducts, type Products } from "../test/open-products.ts";

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterEach(() => s.cloud.faults.clear());
afterAll(() => s.cloud.close());

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
