// What events/image-resizer/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { httpEvent, s3Event } from "@warmstart/testing";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const folder = join(import.meta.dirname, "../../../events/image-resizer");

const bucket = "warmstart-image-resizer-local-originals";
const id = "5f0c1d2e3b4a59687786958a4b3c2d1e";
const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/local" } } as const;
const photo = { bucket, key: `uploads/${id}/photo.jpg`, sizeBytes: 829_183 };

export const events: Readonly<Record<string, unknown>> = {
  "resize-object-created": s3Event(photo),
  "resize-key-with-spaces-and-umlaut": s3Event({ bucket, key: `uploads/${id}/Grüße vom Meer + 100%.jpg` }),
  "resize-two-records": s3Event(photo, { bucket, key: "uploads/second.png", sequencer: "006917A1B2C3D4E5F7" }),
  "resize-redelivery": s3Event(photo),
  "resize-multipart-completed": s3Event({
    ...photo,
    key: "uploads/multipart.png",
    sizeBytes: 15_299_863,
    etag: "0123456789abcdef0123456789abcdef-3",
    eventName: "ObjectCreated:CompleteMultipartUpload",
  }),
  "resize-object-too-large": s3Event({ bucket, key: "uploads/too-large.jpg", sizeBytes: 25 * 1024 * 1024 + 1 }),
  "resize-folder-marker": s3Event({ bucket, key: "uploads/summer/", sizeBytes: 0 }),
  "create-upload-jpeg": httpEvent("POST /uploads", {
    body: { fileName: "photo.jpg", contentType: "image/jpeg" },
    caller,
  }),
  "create-upload-svg": httpEvent("POST /uploads", {
    body: { fileName: "a.svg", contentType: "image/svg+xml" },
    caller,
  }),
  "get-upload-unknown": httpEvent(`GET /uploads/${id}`, { route: "GET /uploads/{uploadId}", caller }),
  "list-images-first-page": httpEvent("GET /images?limit=10", { route: "GET /images", caller }),
  "list-images-bad-cursor": httpEvent("GET /images?cursor=nonsense", { route: "GET /images", caller }),
  "get-image-unknown": httpEvent(`GET /images/${id}`, { route: "GET /images/{id}", caller }),
};

if (import.meta.main) {
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
