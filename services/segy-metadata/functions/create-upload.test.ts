import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openApp, sendForm, type TestApp } from "../test/open-app.ts";
import { writeSegy } from "../test/write-segy.ts";

const cube = writeSegy();

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

test("a file sent with the form has its document under the id that the form came with", async () => {
  const upload = await it.newUpload("Förde 3D (final) + 100%.sgy", cube.length);
  expect(upload.fields["key"]).toMatch(/^uploads\/[0-9a-f-]{36}\/Förde 3D \(final\) \+ 100%\.sgy$/);
  expect(upload.id).toBe(it.idOf(upload.fields["key"] ?? ""));
  const lifetime = Date.parse(upload.expiresAt) - it.cloud.clock.now();
  expect(lifetime / 1000).toBeCloseTo(900, -1);
  const before = await it.get(`/files/${upload.id}`);
  expect(before).toBeHttp(202, { id: upload.id, status: "pending" });
  expect(before.headers["retry-after"]).toBe("5");

  expect((await sendForm(upload, cube)).status).toBe(204);
  expect(await it.cloud.idle()).toHaveNoDeadLetters();

  const answer = await it.get(`/files/${upload.id}`);
  expect(answer).toBeHttp(200);
  expect(answer.json).toMatchObject({
    schema: 1,
    id: upload.id,
    status: "ready",
    confidence: "exact",
    source: { bucket: it.incoming, key: upload.fields["key"], sizeBytes: cube.length },
    format: { traces: 120 },
  });
});

describe("the form is good for what was signed only", () => {
  test("another key", async () => {
    const upload = await it.newUpload("line.sgy", cube.length);
    const answer = await sendForm(upload, cube, { key: "uploads/other.sgy" });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("<Code>AccessDenied</Code>");
  });

  test("fifteen minutes", async () => {
    const upload = await it.newUpload("line.sgy", cube.length);
    await it.cloud.clock.advance("16m");
    expect((await sendForm(upload, cube)).status).toBe(403);
    expect(await it.get(`/files/${upload.id}`)).toBeHttp(202, { id: upload.id, status: "pending" });
  });
});

describe("what is refused before anything is signed", () => {
  test("more than a form takes: 413, saying how else", async () => {
    const answer = await it.post("/uploads", { fileName: "cube.sgy", sizeBytes: 5 * 1024 ** 3 + 1 });
    expect(answer).toBeProblem(413, "upload-too-large");
    expect(answer.text).toContain(`aws s3 cp <file> 's3://${it.incoming}/uploads/'`);
    expect((await it.post("/uploads", { fileName: "cube.sgy", sizeBytes: 5 * 1024 ** 3 })).status).toBe(201);
  });

  test.each(["", "a/b.sgy", "${filename}", "x".repeat(201), "a\u0000b", "\ud800"])(
    "the name %j: 422",
    async (fileName) => {
      expect(await it.post("/uploads", { fileName, sizeBytes: 1 })).toBeProblem(422, "validation-failed");
    },
  );

  test.each([-1, 1.5, "1", null])("the size %j: 422", async (sizeBytes) => {
    expect(await it.post("/uploads", { fileName: "a.sgy", sizeBytes })).toBeProblem(422, "validation-failed");
  });

  test("unknown fields: 422, naming each", async () => {
    const answer = await it.post("/uploads", { fileName: "a.sgy", sizeBytes: 1, key: "uploads/x" });
    expect(answer).toBeProblem(422, "validation-failed");
    expect(answer.json).toMatchObject({ errors: [{ pointer: "#/key", code: "unknown" }] });
  });
});

/** What a preflight of this origin's page is told. */
const allowedOrigin = async (address: string, origin: string): Promise<string | null> => {
  const headers = { origin, "access-control-request-method": "POST" };
  return (await fetch(address, { method: "OPTIONS", headers })).headers.get("access-control-allow-origin");
};

test("pages of an allowed origin may call the API and send the form, others may not", async () => {
  const { url } = await it.newUpload("line.sgy", 1);
  for (const address of [url, `${it.app.http.url}/uploads`]) {
    expect(await allowedOrigin(address, "http://localhost:3000")).toBe("http://localhost:3000");
    expect(await allowedOrigin(address, "https://elsewhere.example")).toBeNull();
  }
});
