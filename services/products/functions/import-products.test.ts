// Imports of products: files good and bad, whatever dies or comes twice; how staff make them; and that their roles may do
// what their functions do, no more.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { expectLeastPrivilege, newUser, s3Event, send, sqsEvent } from "@warmstart/testing";
import { tableOf } from "../src/dynamo-client.ts";
import { audit } from "../scripts/audit.ts";
import { failuresOf, goodRow, HEADER, importFile, skuOf } from "../test/import-file.ts";
import { openImports, type Imports } from "../test/open-imports.ts";
import { bearer, newKey } from "../test/open-products.ts";

const full = process.env["WARMSTART_FULL"] === "1";
const FUNCTION = "products-local-importProducts";

let s: Imports;
let s3: S3Client;
let bucket: string;
beforeAll(async () => {
  s = await openImports();
  Object.assign(process.env, s.cloud.env);
  s3 = new S3Client({ forcePathStyle: true });
  bucket = s.app.outputs["ImportsBucketName"] ?? "";
});
afterEach(() => s.cloud.faults.clear());
afterAll(() => s.cloud.close());

/** How many products there are; fails unless all sums of the table agree. */
const products = async (): Promise<number> => {
  const { products: count, violations } = await audit(tableOf(s.app.resource("ProductsTable")));
  expect(violations).toEqual([]);
  return count;
};

/** Ends the first runs at one of their calls to AWS each. */
const killAt = async (...calls: readonly number[]): Promise<void> => {
  for (const [run, call] of calls.entries()) {
    await s.cloud.faults.add({
      match: { service: "lambda", action: "Invoke", function: FUNCTION },
      when: { nth: run + 1 },
      effect: { kind: "kill", call },
    });
  }
};

/** The S3 event of a stored object, in SQS. */
const eventOf = (
  key: string,
  { VersionId = "", ETag = "" }: { VersionId?: string; ETag?: string },
  sizeBytes: number,
) => sqsEvent([s3Event({ bucket, key, versionId: VersionId, etag: ETag.replaceAll('"', ""), sizeBytes })]);

test(
  "a file with bad lines in it, and two runs of it killed in the middle: every good line is a product, once, and every bad one is named",
  async () => {
    const [rows, badEvery] = full ? [100_000, 17] : [200, 9];
    const { text, good, bad } = importFile(rows, badEvery);
    const before = await products();
    await killAt(full ? 25_000 : 60, full ? 25_000 : 40);
    const id = await s.sent(text);
    await s.settled();
    expect(await s.view(id)).toMatchObject({ state: "RUNNING", startedAt: expect.any(String) });
    await s.redelivered();
    expect(await s.redelivered()).toHaveNoDeadLetters();
    expect((await s.cloud.faults.list()).map(({ struck }) => struck)).toEqual([1, 1]);
    expect(await s.view(id)).toMatchObject({
      state: "DONE",
      counts: { bytesRead: Buffer.byteLength(text), ok: good, failed: bad.size },
    });
    const result = await s.result(id);
    expect(result.map((line) => Number(line.split(",")[0]))).toEqual([
      NaN,
      ...Array.from({ length: rows }, (_, n) => n + 2),
    ]);
    expect(failuresOf(result)).toEqual(bad);
    expect(await products()).toBe(before + good);
  },
  full ? 3_600_000 : 60_000,
);

test("a dry run says what would become of each row, and adds no product", async () => {
  const before = await products();
  const { text, good, bad } = full ? importFile(300) : importFile(150, 7);
  const id = await s.sent(text, "?dryRun=true");
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  const taken = [...bad.values()].filter((code) => code === "sku-taken").length;
  expect(await s.view(id)).toMatchObject({ state: "DONE", dryRun: true, counts: { ok: good + taken } });
  expect((await s.result(id))[1]).toBe(`2,${skuOf(1)},valid,`);
  expect(await products()).toBe(before);
});

test("an import of what is there already names every row of it, and changes nothing", async () => {
  const again = `${HEADER}\nAGAIN-1,Lamp,1999,EUR,home,3\nAGAIN-2,Lamp,1999,EUR,home,0\n`;
  const first = await s.sent(again);
  await s.cloud.idle();
  const [second, before] = [await s.sent(again.replaceAll("1999", "1")), await products()];
  await s.cloud.idle();
  expect(await s.result(first)).toEqual(["line,sku,status,code", "2,AGAIN-1,created,", "3,AGAIN-2,created,"]);
  expect(await s.result(second)).toEqual([
    "line,sku,status,code",
    "2,AGAIN-1,failed,sku-taken",
    "3,AGAIN-2,failed,sku-taken",
  ]);
  expect(await products()).toBe(before);
  expect(await s.app.http.get("/v1/products?category=home&maxPrice=1")).toBeHttp(200, { data: [] });
});

test.each<[string, string | Uint8Array, string]>([
  ["no header", goodRow(1), "no-header"],
  ["an unknown column", `${HEADER},colour\n`, "unknown-column"],
  ["a ZIP archive", Buffer.from("PK\x03\x04\x14\0\x06\0\x08\0\0\0", "latin1"), "not-csv"],
  ["nothing", "", "no-header"],
])("a file that holds %s fails whole, and says why", async (_, text, code) => {
  const id = await s.sent(text);
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  expect(await s.view(id)).toMatchObject({ state: "FAILED", problem: { code }, counts: { ok: 0, failed: 0 } });
  expect(await s.result(id)).toEqual(["line,sku,status,code"]);
});

/** Puts a version of an import's file without its form. */
const put = async (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

const content = (sku: string): string => `${HEADER}\n${sku},Lamp,1999,EUR,home,3\n`;

describe("events come more than once, and for what is not there any more", () => {
  test("every message twice, and again after the end: one import", async () => {
    await s.cloud.faults.add({ match: { service: "sqs", action: "Deliver" }, effect: { kind: "duplicate" } });
    const { id, fields } = await s.newImport();
    const stored = await put(fields["key"] ?? "", content("TWICE"));
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    const [done, before] = [await s.view(id), await products()];
    for (let time = 0; time < 3; time++) {
      expect(await s.deliver(eventOf(fields["key"] ?? "", stored, content("TWICE").length))).toBe(true);
    }
    expect(await s.view(id)).toEqual({ ...done, resultUrl: expect.any(String) });
    expect(done).toMatchObject({ state: "DONE", counts: { ok: 1, failed: 0 } });
    expect(await products()).toBe(before);
  });

  test("a second file sent with the same form is none of this import", async () => {
    const form = await s.newImport();
    expect(await s.sendFile(form, content("FIRST-FILE"))).toBe(204);
    await s.cloud.idle();
    const before = await products();
    expect(await s.sendFile(form, content("SECOND-FILE"))).toBe(204);
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    expect(await s.result(form.id)).toEqual(["line,sku,status,code", "2,FIRST-FILE,created,"]);
    expect(await products()).toBe(before);
  });

  test("a file replaced while it is imported is read on as it was", async () => {
    await killAt(2); // after it has begun, before it has read
    const form = await s.newImport();
    expect(await s.sendFile(form, content("AS-IT-WAS"))).toBe(204);
    await s.cloud.idle();
    expect(await s.sendFile(form, content("REPLACED"))).toBe(204);
    await s.cloud.clock.advance("2h");
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    expect(await s.result(form.id)).toEqual(["line,sku,status,code", "2,AS-IT-WAS,created,"]);
  });

  test("a version that is gone fails the import, by name", async () => {
    const { id, fields } = await s.newImport();
    const key = fields["key"] ?? "";
    const event = eventOf(key, { VersionId: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH", ETag: '"0"' }, 1000);
    expect(await s.deliver(event)).toBe(true);
    expect(await s.view(id)).toMatchObject({
      state: "FAILED",
      problem: { code: "file-gone", detail: expect.stringContaining(key) },
    });
  });

  test("an object that nobody asked to send begins nothing", async () => {
    const before = await products();
    await put("uploads/mine.csv", content("MINE"));
    await put("uploads/imp_00000000000000000000000000.csv", content("MINE"));
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    expect(await products()).toBe(before);
  });
});

describe("what fails comes back", () => {
  test("a table that throttles for a while delays an import, no more", async () => {
    await s.cloud.faults.add({
      match: { service: "dynamodb", action: "TransactWriteItems", function: FUNCTION },
      when: { times: 30 },
      effect: { kind: "throttle" },
    });
    const id = await s.sent([HEADER, ...Array.from({ length: 20 }, (_, n) => goodRow(20_000_000 + n))].join("\n"));
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    expect(await s.view(id)).toMatchObject({ state: "DONE", counts: { ok: 20, failed: 0 } });
  });

  test("an import that fails three times lies in the dead-letter queue; sent back, it goes on", async () => {
    const { id: fault } = await s.cloud.faults.add({
      match: { service: "s3", action: "PutObject", function: FUNCTION },
      effect: { kind: "error", code: "AccessDenied", status: 403 },
    });
    const id = await s.sent(`${HEADER}\n${goodRow(30_000_000)}\n`);
    await s.cloud.clock.advance("5h");
    expect((await s.cloud.idle()).deadLetters).toMatchObject([{ messages: 1 }]);
    expect(await s.view(id)).toMatchObject({ state: "RUNNING" });
    await s.cloud.faults.clear(fault);
    const { Attributes } = await s.cloud.call("sqs", "AmazonSQS.GetQueueAttributes", {
      QueueUrl: s.app.outputs["DeadImportsQueueUrl"],
      AttributeNames: ["QueueArn"],
    });
    const SourceArn = (Attributes as { QueueArn: string }).QueueArn; // SQS's answer
    await s.cloud.call("sqs", "AmazonSQS.StartMessageMoveTask", { SourceArn });
    await s.cloud.clock.advance("10s");
    expect(await s.cloud.idle()).toHaveNoDeadLetters();
    expect(await s.view(id)).toMatchObject({ state: "DONE", counts: { ok: 1, failed: 0 } });
  });
});

const file = `${HEADER}\n${goodRow(7001).replace("home-", "lamps-")}\n`;
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
  expect(await s.result(id)).toEqual(["line,sku,status,code", "2,SKU-0007001,created,"]);
  const result = await send("GET", view.resultUrl ?? "");
  expect(result.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(await s.app.http.get("/v1/products?category=lamps-1")).toBeHttp(200, {
    data: [{ sku: "SKU-0007001", name: "Lamp 7001", price: { amount: 59_037, currency: "EUR" }, status: "active" }],
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

const ROLES = ["CreateImportRole", "GetImportRole", "ImportProductsRole"];

/** A row that takes more than half of a run's time: the other half is kept, so the rest is sent on. */
const [TIME_LIMIT_SECONDS, SLOW_ROW] = [
  6,
  {
    match: { service: "dynamodb", action: "TransactWriteItems" },
    when: { nth: 1 },
    effect: { kind: "delay", ms: 3100 },
  },
] as const;

test("an import in two runs, its result, the same form again, and a file that is gone use every right", async () => {
  await s.setTimeLimit(TIME_LIMIT_SECONDS);
  const { id: slow } = await s.cloud.faults.add(SLOW_ROW);
  const rows = Array.from({ length: 100 }, (_, n) => goodRow(5000 + n).replace("home-", "shed-"));
  const id = await s.sent([HEADER, ...rows].join("\n"));
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  await s.cloud.faults.clear(slow);
  await s.setTimeLimit(900);
  const said = (await s.cloud.logs()).map(({ message }) => message).filter((message) => message.includes(id));
  expect(said.filter((message) => message.includes("import goes-on")).length).toBeGreaterThan(0);
  expect(await s.result(id)).toEqual([
    "line,sku,status,code",
    ...rows.map((row, n) => `${n + 2},${row.slice(0, 11)},created,`),
  ]);
  const headers = { ...(await s.staffNow()), "idempotency-key": "an-import-of-march" };
  for (let time = 0; time < 2; time++) {
    expect(await s.app.http.post("/v1/product-imports", { headers })).toBeHttp(201);
  }
  const { fields } = await s.newImport();
  const gone = s3Event({
    bucket: s.app.outputs["ImportsBucketName"] ?? "",
    key: fields["key"] ?? "",
    versionId: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH",
  });
  expect(await s.deliver(sqsEvent([gone]))).toBe(true);
  const rights = async () => (await s.app.rights()).filter(({ role }) => ROLES.includes(role));
  expect(await rights()).toHaveLength(ROLES.length);
  await expectLeastPrivilege({ ...s.app, rights });
});
