// What events/image-resizer/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { httpEvent, type Outcome, s3Event, writeEvents } from "@warmstart/testing";
import { join } from "node:path";
import { formatsOf, imageId } from "../src/variants.ts";
import { ETAG, PHOTO } from "./event-photo.ts";

export const folder: string = join(import.meta.dirname, "../../../events/image-resizer");

const bucket = "warmstart-image-resizer-local-originals";
const id = "5f0c1d2e3b4a59687786958a4b3c2d1e";
const nobodys = "0".repeat(32);
const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/local" } } as const;
const bytes = { sizeBytes: PHOTO.length, etag: ETAG };
const photo = { bucket, key: `uploads/${id}/photo.jpg`, ...bytes };
const spelled = { bucket, key: `uploads/${id}/Grüße vom Meer + 100%.jpg`, ...bytes };
/** Those that are there. */
export const PHOTOS = [photo, spelled];

const upload = (uploadId: string) =>
  httpEvent(`GET /uploads/${uploadId}`, { route: "GET /uploads/{uploadId}", caller });
const image = (which: string) => httpEvent(`GET /images/${which}`, { route: "GET /images/{id}", caller });

export const events: Readonly<Record<string, unknown>> = {
  "resize-object-created": s3Event(photo),
  "resize-key-with-spaces-and-umlaut": s3Event({ ...spelled, sequencer: "006917A1B2C3D4E5F7" }),
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
  // Its role may read the bucket of this service alone.
  "resize-other-bucket": s3Event({ ...photo, bucket: "somebody-elses" }),
  "create-upload-jpeg": httpEvent("POST /uploads", {
    body: { fileName: "photo.jpg", contentType: "image/jpeg" },
    caller,
  }),
  "create-upload-svg": httpEvent("POST /uploads", {
    body: { fileName: "a.svg", contentType: "image/svg+xml" },
    caller,
  }),
  "get-upload-done": upload(id),
  "get-upload-unknown": upload(nobodys),
  "list-images-first-page": httpEvent("GET /images?limit=10", { route: "GET /images", caller }),
  "list-images-bad-cursor": httpEvent("GET /images?cursor=nonsense", { route: "GET /images", caller }),
  "get-image-photo": image(imageId(PHOTO, formatsOf(true))),
  "get-image-unknown": image(nobodys),
};

/** In this order: a redelivery needs its first, an answer the image. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "resize-object-created": "done: image resized",
  "resize-redelivery": "done: image repeated",
  "resize-key-with-spaces-and-umlaut": "done: image repeated",
  "resize-two-records": "done: image superseded",
  "resize-multipart-completed": "done: image superseded",
  "resize-folder-marker": "done: image folder-marker",
  "resize-object-too-large": "refuses: image rejected",
  "resize-other-bucket": "throws TypeError",
  "create-upload-jpeg": 201,
  "create-upload-svg": 415,
  "get-upload-done": 200,
  "get-upload-unknown": 404,
  "list-images-first-page": 200,
  "list-images-bad-cursor": 400,
  "get-image-photo": 200,
  "get-image-unknown": 404,
};

if (import.meta.main) writeEvents({ folder, events });
