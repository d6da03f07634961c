import { describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { createUpload, getUpload, NewUpload, uploadIdOf, type UploadRecords } from "./upload.ts";

const records = (): UploadRecords & { readonly expected: string[] } => {
  const expected: string[] = [];
  return {
    expected,
    expect: async (id) => void expected.push(id),
    state: async (id) => (expected.includes(id) ? { status: "waiting" } : undefined),
  };
};
const sign = async ({ key }: { key: string }) => ({ url: "https://s3.example/originals", fields: { key } });
const upload = { fileName: "Strand.jpg", contentType: "image/jpeg" };

describe("a new upload", () => {
  test("gets a form for its own key and is then waiting", async () => {
    const store = records();
    const { uploadId, fields, expiresAt } = await createUpload(store, sign, upload);
    expect(fields).toEqual({ key: `uploads/${uploadId}/Strand.jpg` });
    expect(uploadIdOf(`uploads/${uploadId}/Strand.jpg`)).toBe(uploadId);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(600_000);
    expect(await getUpload(store, uploadId)).toEqual({ status: "waiting" });
  });

  test.each(["image/svg+xml", "image/tiff", "application/pdf", "image/jpg", "IMAGE/JPEG", ""])(
    "of the type %j is refused with 415",
    async (contentType) => {
      const store = records();
      const refused = createUpload(store, sign, { ...upload, contentType });
      await expect(refused).rejects.toMatchObject({ status: 415, code: "unsupported-media-type" });
      expect(store.expected).toEqual([]);
    },
  );

  test.each([
    "",
    "a/b.jpg",
    "a\nb.jpg",
    "\0",
    "\u007f",
    "x".repeat(201),
    "ü".repeat(101),
    "${filename}",
    "a${filename}",
  ])("may not be named %j", (fileName) => {
    expect(v.is(NewUpload, { ...upload, fileName })).toBe(false);
  });

  test.each(["a.jpg", "Grüße + 100%.jpg", "..", "x".repeat(200), "${file}.jpg"])("may be named %j", (fileName) => {
    expect(v.is(NewUpload, { ...upload, fileName })).toBe(true);
  });
});

test("an upload nobody asked for is not found", async () => {
  await expect(getUpload(records(), "0".repeat(32))).rejects.toMatchObject({ status: 404 });
});

test("a file that came by itself has an upload of its key's own", () => {
  const id = uploadIdOf("uploads/photo.jpg");
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(uploadIdOf("uploads/photo.jpeg")).not.toBe(id);
  expect(uploadIdOf(`uploads/${id}`)).not.toBe(id);
});
