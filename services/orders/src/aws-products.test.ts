// What products may answer, and what this service makes of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { fakeProducts, type FakeProducts, json } from "../test/fake-products.ts";
import { awsProducts } from "./aws-products.ts";
import { orderIdOf } from "./order.ts";
import type { Products } from "./products.ts";
import { signedHttp } from "./signed-http.ts";

const A = "prd_AAAAAAAAAAAAAAAAAAAAAAAAAA";
const B = "prd_BBBBBBBBBBBBBBBBBBBBBBBBBB";
const id = orderIdOf("ann", "key-0001");
const euros = (amount: number) => ({ amount, currency: "EUR" });
const quoted = (productId: string, unitPrice: unknown = euros(100)) => ({ productId, name: "Lamp", unitPrice });

let fake: FakeProducts;
let products: Products;
beforeAll(async () => {
  fake = await fakeProducts();
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret", sessionToken: "session" };
  products = awsProducts(fake.url, signedHttp({ credentials, region: "us-east-1", timeoutMs: 150 }));
});
beforeEach(() => {
  fake.asked.length = 0;
});
afterAll(() => fake.close());

const asking = [{ productId: A, quantity: 1 }, { productId: B, quantity: 2 }, { productId: A, quantity: 3 }]; // prettier-ignore
const quote = () => products.quote(asking);
const reserve = () => products.reserve({ id, items: asking, expiresAt: "2026-01-15T12:30:00.000Z" });

test("a quote asks for each product once, signed for this host", async () => {
  let body = "";
  fake.answer = (request, response, text) => {
    body = text;
    json(200, { items: [quoted(A), quoted(B)] })(request, response, text);
  };
  expect(await quote()).toMatchObject({ kind: "quoted" });
  expect((JSON.parse(body) as { items: { productId: string }[] }).items.map((item) => item.productId)).toEqual([A, B]);
  const headers = fake.asked[0]?.headers ?? {};
  expect(headers["authorization"]).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/us-east-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, /); // prettier-ignore
  expect(headers["x-amz-security-token"]).toBe("session");
});

describe("a quote that is not believed", () => {
  test.each<[string, unknown]>([
    ["a negative price", { items: [quoted(A, euros(-1)), quoted(B)] }],
    ["half a cent", { items: [quoted(A, euros(0.5)), quoted(B)] }],
    ["a price beyond all measure", { items: [quoted(A, euros(1e15)), quoted(B)] }],
    ["no currency", { items: [quoted(A, { amount: 1 }), quoted(B)] }],
    ["a currency that is none", { items: [quoted(A, { amount: 1, currency: "euros" }), quoted(B)] }],
    ["a price as text", { items: [quoted(A, "1.00"), quoted(B)] }],
    ["a missing line", { items: [quoted(A)] }],
    ["a line too many", { items: [quoted(A), quoted(B), quoted("prd_CCCCCCCCCCCCCCCCCCCCCCCCCC")] }],
    ["one product twice", { items: [quoted(A), quoted(A)] }],
    ["another product", { items: [quoted(A), quoted("prd_CCCCCCCCCCCCCCCCCCCCCCCCCC")] }],
    ["no name", { items: [{ productId: A, unitPrice: euros(1) }, quoted(B)] }],
    ["nothing", null],
    ["a list", []],
  ])("%s", async (_what, answer) => {
    fake.answer = json(200, answer);
    expect(await quote()).toMatchObject({ kind: "no-answer" });
  });

  test("10 MB are not read to their end", async () => {
    fake.answer = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = `"${"x".repeat(65_534)}",`;
      const write = (left: number): void => {
        if (left === 0 || response.destroyed) return void response.end();
        response.write(chunk, () => write(left - 1));
      };
      write(160);
    };
    expect(await quote()).toMatchObject({ kind: "no-answer", reason: "The answer is over 262144 bytes" });
  });

  test("an answer that is late, or stops in the middle, is none", async () => {
    fake.answer = () => undefined;
    expect(await quote()).toMatchObject({ kind: "no-answer" });
    expect(fake.asked).toHaveLength(2);
    fake.answer = (_request, response) => void response.writeHead(200).write('{"items":[');
    expect(await quote()).toMatchObject({ kind: "no-answer" });
    fake.answer = (request) => void request.socket.destroy();
    expect(await quote()).toMatchObject({ kind: "no-answer" });
  });

  test("nor is any other JSON or text, whatever its status", async () => {
    const answers = fc.tuple(fc.constantFrom(200, 201, 302, 400, 403, 404, 409, 422, 429, 500, 503), fc.oneof(fc.json(), fc.string())); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(answers, async ([status, text]) => {
        fake.answer = (_request, response) => void response.writeHead(status).end(text);
        expect((await quote()).kind).toBe("no-answer");
        expect((await reserve()).kind).toMatch(/^(?:no-answer|given-up)$/);
        expect((await products.commit(id)).kind).toBe("no-answer");
        expect((await products.release(id)).kind).toBe("no-answer");
      }),
      { seed: 5, numRuns: process.env["WARMSTART_FULL"] === "1" ? 150 : 50 },
    );
  });
});

const problem = (status: number, code: string, more: object = {}) =>
  json(status, { status, code, title: code, ...more });

test("products that are not on sale are named", async () => {
  fake.answer = problem(422, "validation-failed", { errors: [{ pointer: "#/items/1/productId" }] });
  expect(await quote()).toEqual({ kind: "unknown", productIds: [B] });
});

test("a shortage is only sure when no earlier try may still arrive", async () => {
  const shortages = [{ productId: A, available: 1 }];
  fake.answer = problem(409, "insufficient-stock", { shortages });
  expect(await reserve()).toEqual({ kind: "short", sure: true, shortages });
  fake.answer = (request, response, body) => {
    if (fake.asked.length % 2 === 0) request.socket.destroy();
    else problem(409, "insufficient-stock", { shortages })(request, response, body);
  };
  expect(await reserve()).toEqual({ kind: "short", sure: false, shortages });
});

test("each answer about a reservation is taken for what it says, and only for the order that was asked for", async () => {
  const state = (name: string, orderId: string = id) => json(200, { orderId, state: name, items: [] });
  fake.answer = state("HELD");
  expect(await reserve()).toEqual({ kind: "held" });
  expect((await products.commit(id)).kind).toBe("no-answer");
  fake.answer = state("HELD", orderIdOf("bob", "key-0001"));
  expect((await reserve()).kind).toBe("no-answer");
  fake.answer = state("COMMITTED");
  expect(await products.commit(id)).toEqual({ kind: "committed" });
  fake.answer = state("RELEASED");
  expect(await products.release(id)).toEqual({ kind: "released" });
  expect((await reserve()).kind).toBe("no-answer");
  fake.answer = problem(409, "invalid-state");
  expect(await reserve()).toEqual({ kind: "given-up" });
  expect(await products.commit(id)).toEqual({ kind: "gone" });
  fake.answer = problem(404, "not-found");
  expect(await products.commit(id)).toEqual({ kind: "gone" });
});
