import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newUser, send } from "@warmstart/testing";
import { goodRow, HEADER } from "../test/import-file.ts";
import { openImports, type Imports } from "../test/open-imports.ts";
import { bearer, newKey } from "../test/open-products.ts";

let s: Imports;
beforeAll(async () => {
  s = await openImports();
});
afterAll(() => s.cloud.close());

const file = `${HEADER}\n${goodRow(1)}\n`;
const post = async (query = "", headers: Readonly<Record<string, string>> = {}) =>
  s.app.http.post(`/v1/product-imports${query}`, { headers: { ...(await s.staffNow()), ...headers } });

test("an import waits for its file, and then says how far it is, and what has become of each line", async () => {
  const answer = await post();
  const form = { id: expect.stringMatching(/^imp_[0-9A-HJKMNP-TV-Z]{26}$/), expiresAt: expect.any(String) };
  expect(answer).toBeHttp(201, { ...form, fields: { "Content-Type": "text/csv" } });
  const { id } = answer.json as { id: string };
  expect(answer.headers["location"]).toBe(`/v1/product-imports/${id}`);
  const waiting = { id, state: "WAITING", dryRun: false, counts: { bytesRead: 0, ok: 0, failed: 0 } };
  expect(await s.view(id)).toEqual({ ...waiting, createdAt: expect.any(String) });

  expect(await s.sendFile(answer.json as never, file)).toBe(204); // the API's schema
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  const view = await s.view(id);
  expect(view).toMatchObject({ state: "DONE", sizeBytes: file.length, counts: { bytesRead: file.length, ok: 1 } });
  expect(await s.result(id)).toEqual(["line,sku,status,code", "2,SKU-0000001,created,"]);
  const result = await send("GET", view.resultUrl ?? "");
  expect(result.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(await s.app.http.get("/v1/products?category=home-1")).toBeHttp(200, {
    data: [{ sku: "SKU-0000001", name: "Lamp 1", price: { amount: 37, currency: "EUR" }, status: "active" }],
  });
});

test("the same Idempotency-Key is the same import and the same form", async () => {
  const key = newKey();
  const [first, second] = [await post("?dryRun=true", key), await post("?dryRun=true", key)];
  expect(second.headers["idempotency-replayed"]).toBe("true");
  expect(second.text).toBe(first.text);
  expect(await post("", key)).toBeProblem(422, "idempotency-key-reused");
});

describe("the form takes one CSV file of up to 200 MB, for 15 minutes", () => {
  test("no other type, key or bucket", async () => {
    const form = await s.newImport();
    expect(await s.sendFile(form, file, { "Content-Type": "text/html" })).toBe(403);
    expect(await s.sendFile(form, file, { key: "results/mine.csv" })).toBe(403);
    expect(await s.sendFile(form, file, { key: "uploads/mine.csv" })).toBe(403);
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    expect(await s.view(form.id)).toMatchObject({ state: "WAITING" });
  });

  test("no larger one", async () => {
    const { fields } = await s.newImport();
    const policy = JSON.parse(Buffer.from(fields["Policy"] ?? "", "base64").toString()) as { conditions: unknown[] }; // S3's format
    expect(policy.conditions).toContainEqual(["content-length-range", 0, 200 * 1024 ** 2]);
  });

  test("none after its time", async () => {
    const form = await s.newImport();
    expect((Date.parse(form.expiresAt) - s.cloud.clock.now()) / 1000).toBeCloseTo(900, 0);
    await s.cloud.clock.advance("14m");
    expect(await s.sendFile(form, file)).toBe(204);
    await s.cloud.clock.advance("2m");
    expect(await s.sendFile(form, file)).toBe(403);
  });
});

describe("imports are for staff", () => {
  const path = "/v1/product-imports/imp_00000000000000000000000000";

  test("nobody else makes or sees one", async () => {
    const headers = bearer(await newUser(s.cloud, s.users));
    expect(await s.app.http.post("/v1/product-imports", { headers })).toBeProblem(403, "forbidden-role");
    expect(await s.app.http.get(path, { headers })).toBeProblem(403, "forbidden-role");
    expect(await s.app.http.post("/v1/product-imports")).toMatchObject({ status: 401 });
    expect(await s.app.http.get(path)).toMatchObject({ status: 401 });
  });

  test("what is wrong in a request is said", async () => {
    const headers = bearer(await newUser(s.cloud, s.users, { group: "staff" }));
    const ask = (query: string) => s.app.http.post(`/v1/product-imports${query}`, { headers });
    expect(await ask("?dryRun=yes")).toBeProblem(400, "invalid-query");
    expect(await ask("?colour=red")).toBeProblem(400, "invalid-query");
    expect(await s.app.http.get(path, { headers })).toBeProblem(404, "not-found");
    expect(await s.app.http.get("/v1/product-imports/mine", { headers })).toBeProblem(404, "not-found");
  });
});
