import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { openApp, sendForm, type TestApp } from "../test/open-app.ts";
import { drawing, oriented } from "../test/pictures.ts";

let it: TestApp;
beforeAll(async () => {
  it = await openApp();
});
afterAll(async () => it.cloud.close());

test("a photograph sent with the form becomes variants that a page can use", async () => {
  const upload = await it.newUpload("Strand & Meer.jpg");
  expect(upload.fields["key"]).toBe(`uploads/${upload.uploadId}/Strand & Meer.jpg`);
  const lifetime = Date.parse(upload.expiresAt) - it.cloud.clock.now();
  expect(lifetime / 1000).toBeCloseTo(600, -1);
  expect(await it.uploadState(upload.uploadId)).toEqual({ status: "waiting" });

  expect((await sendForm(upload, await oriented(6, 500, 300))).status).toBe(204);
  expect(await it.cloud.idle()).toHaveNoDeadLetters();

  const state = await it.uploadState(upload.uploadId);
  expect(state).toEqual({ status: "done", imageId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const manifest = await it.manifest(state.status === "done" ? state.imageId : "");
  expect(manifest.original).toEqual({
    width: 500,
    height: 300,
    format: "jpeg",
    frames: 1,
    animated: false,
    orientation: 6,
  });
  expect(manifest.variants.map(({ width, format }) => `${width} ${format}`)).toEqual(
    [500, 480].flatMap((width) => ["avif", "webp", "jpeg"].map((format) => `${width} ${format}`)),
  );
  for (const { url, format, width } of manifest.variants) {
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(`image/${format}`);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width).toBe(width);
  }
  const [largest = ""] = manifest.srcset.webp.split(" ");
  expect((await fetch(largest)).status).toBe(200);
  expect((await fetch(manifest.fallback)).status).toBe(200);
});

/** What a preflight of this origin's page is told. */
const allowedOrigin = async (address: string, origin: string): Promise<string | null> => {
  const headers = { origin, "access-control-request-method": "POST" };
  return (await fetch(address, { method: "OPTIONS", headers })).headers.get("access-control-allow-origin");
};

test("pages of an allowed origin may call the API and send the form, others may not", async () => {
  const { url } = await it.newUpload("photo.jpg");
  for (const address of [url, `${it.app.http.url}/uploads`]) {
    expect(await allowedOrigin(address, "http://localhost:3000")).toBe("http://localhost:3000");
    expect(await allowedOrigin(address, "https://elsewhere.example")).toBeNull();
  }
});

describe("the form is good for what was signed only", () => {
  test("another key", async () => {
    const upload = await it.newUpload("photo.jpg");
    const answer = await sendForm(upload, await drawing(9, 9).jpeg().toBuffer(), {
      key: `uploads/${upload.uploadId}/other.jpg`,
    });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("<Code>AccessDenied</Code>");
  });

  test("another type", async () => {
    const upload = await it.newUpload("photo.jpg");
    const answer = await sendForm(upload, Buffer.from("<svg/>"), { "Content-Type": "image/svg+xml" });
    expect(answer.status).toBe(403);
  });

  test.each([0, 25 * 1024 * 1024 + 1])("%i bytes", async (size) => {
    const upload = await it.newUpload("photo.jpg");
    const { status, text } = await sendForm(upload, Buffer.alloc(size));
    // S3's own answer to a broken content-length-range is 400 EntityTooSmall or EntityTooLarge.
    expect([400, 403]).toContain(status);
    expect(text).toMatch(/<Code>(AccessDenied|EntityTooSmall|EntityTooLarge)<\/Code>/);
  });

  test("ten minutes", async () => {
    const upload = await it.newUpload("photo.jpg");
    await it.cloud.clock.advance("11m");
    const answer = await sendForm(upload, await drawing(9, 9).jpeg().toBuffer());
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("<Code>AccessDenied</Code>");
    expect(await it.uploadState(upload.uploadId)).toEqual({ status: "waiting" });
  });
});

describe("what is refused before anything is signed", () => {
  test("a type that is no picture of ours: 415", async () => {
    const body = { fileName: "a.svg", contentType: "image/svg+xml" };
    expect(await it.post("/uploads", body)).toBeProblem(415, "unsupported-media-type");
  });

  test.each(["", "a/b.jpg", "${filename}", "x".repeat(201), "a\u0000b"])("the name %j: 422", async (fileName) => {
    const body = { fileName, contentType: "image/jpeg" };
    expect(await it.post("/uploads", body)).toBeProblem(422, "validation-failed");
  });

  test("unknown fields: 422, naming each", async () => {
    const answer = await it.post("/uploads", { fileName: "a.jpg", contentType: "image/jpeg", key: "uploads/x" });
    expect(answer).toBeProblem(422, "validation-failed");
    expect(answer.json).toMatchObject({ errors: [{ pointer: "#/key", code: "unknown" }] });
  });

  test("whoever does not sign: 403 of API Gateway", async () => {
    for (const answer of [await it.app.http.post("/uploads", { body: {} }), await it.app.http.get("/images")]) {
      expect(answer).toBeHttp(403, { message: "Forbidden" });
    }
  });
});
