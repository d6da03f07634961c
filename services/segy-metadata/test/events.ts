// What events/segy-metadata/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { httpEvent, type Outcome, s3Event, sqsEvent, type S3ObjectOptions, writeEvents } from "@warmstart/testing";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileId, padded } from "../src/files.ts";
import { writeSegy } from "./write-segy.ts";

export const folder: string = join(import.meta.dirname, "../../../events/segy-metadata");

const bucket = "warmstart-segy-metadata-local-incoming";
const key = "uploads/5f0c1d2e-3b4a-4968-8778-6958a4b3c2d1/survey.sgy";
const id = fileId(bucket, key);
const unknown = "0".repeat(id.length);
const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/local" } } as const;

/** The file of which the events speak, and the versions that they name (S3 makes its own, see seed-events.ts). */
export const FILE: Buffer = writeSegy();
const VERSION = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH";
const LARGE_VERSION = "QUpfdndhfd8438MNFDN93jdnJFkdmqnh";

export const survey = {
  bucket,
  key,
  sizeBytes: FILE.length,
  etag: createHash("md5").update(FILE).digest("hex"),
  versionId: VERSION,
  sequencer: "006917A1B2C3D4E5F6",
} as const;

/** S3's message to a queue. */
const created = (changed: Partial<S3ObjectOptions> = {}, options: { receiveCount?: number } = {}): unknown =>
  sqsEvent([s3Event({ ...survey, ...changed })], { queue: "files", ...options });

const testEvent = {
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: "2026-01-15T12:00:00.000Z",
  Bucket: bucket,
  RequestId: "5582815E1AEA5ADF",
  HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
};

/** The same file once more, to be scanned in parts of two traces. */
export const large = { ...survey, key: "uploads/large.sgy", versionId: LARGE_VERSION } as const;
const largeId = fileId(bucket, large.key);

const chunk = {
  id: largeId,
  sequencer: padded(large.sequencer),
  scans: 0,
  plan: `parts/${largeId}/${LARGE_VERSION}/0/plan.json`,
  n: 3,
  of: 60,
  from: 6,
  traces: 2,
};

const route = (name: string, path: string, body?: object) =>
  httpEvent(path, { route: name, caller, ...(body && { body }) });

export const events: Readonly<Record<string, unknown>> = {
  "extract-object-created": created(),
  "extract-key-with-spaces-and-umlaut": created({ key: "uploads/Förde 3D/Linie 7 + 8 (100%).segy" }),
  "extract-multipart-completed": created({
    key: "uploads/cube.sgy",
    sizeBytes: 99_133_203_600,
    etag: "0123456789abcdef0123456789abcdef-1182",
    eventName: "ObjectCreated:CompleteMultipartUpload",
  }),
  "extract-test-event": sqsEvent([testEvent], { queue: "files" }),
  "extract-redelivery": created({}, { receiveCount: 2 }),
  "extract-older-sequencer": created({ versionId: "2LWg7lQLnY41.maGB5Z6SWW.dcq0vx7b", sequencer: "006917A1B2C3D4E5" }),
  "extract-unreadable": sqsEvent(["poison"], { queue: "files" }),
  "scan-chunk-fourth-of-sixty": sqsEvent([chunk], { queue: "chunks" }),
  // Its plan is not where the message says.
  "scan-chunk-without-plan": sqsEvent([{ ...chunk, plan: `parts/${largeId}/none/0/plan.json` }], { queue: "chunks" }),
  "scan-chunk-unreadable": sqsEvent(["poison"], { queue: "chunks" }),
  "create-upload-survey": route("POST /uploads", "POST /uploads", { fileName: "survey.sgy", sizeBytes: 829_183 }),
  "create-upload-too-large": route("POST /uploads", "POST /uploads", {
    fileName: "cube.sgy",
    sizeBytes: 6 * 1024 ** 3,
  }),
  "list-files-ready": route("GET /files", "GET /files?status=ready&limit=10"),
  "list-files-bad-cursor": route("GET /files", "GET /files?cursor=nonsense"),
  "get-file-ready": route("GET /files/{id}", `GET /files/${id}`),
  "get-file-unknown": route("GET /files/{id}", `GET /files/${unknown}`),
  "get-file-text-ready": route("GET /files/{id}/text", `GET /files/${id}/text`),
  "get-file-text-unknown": route("GET /files/{id}/text", `GET /files/${unknown}/text`),
  "get-file-geojson-forced-crs": route("GET /files/{id}/geojson", `GET /files/${id}/geojson?crs=EPSG:23031`),
  "get-file-geojson-unknown": route("GET /files/{id}/geojson", `GET /files/${unknown}/geojson`),
  "request-scan-exact": route("POST /files/{id}/scan", `POST /files/${id}/scan`, { mode: "exact" }),
  "request-scan-with-keys": route("POST /files/{id}/scan", `POST /files/${id}/scan`, {
    mode: "sampled",
    keys: { slow: 9, fast: 21 },
  }),
  "request-scan-unknown": route("POST /files/{id}/scan", `POST /files/${unknown}/scan`, { mode: "exact" }),
};

/** In this order: a redelivery needs its first, an answer the document. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "extract-object-created": "done: file ready",
  "extract-redelivery": "done: file repeated",
  "extract-older-sequencer": "done: file superseded",
  "extract-key-with-spaces-and-umlaut": "done: file superseded",
  "extract-multipart-completed": "done: file superseded",
  "extract-test-event": "done",
  "extract-unreadable": "1 failed",
  "scan-chunk-fourth-of-sixty": "done: chunk chunk-done",
  "scan-chunk-without-plan": "1 failed",
  "scan-chunk-unreadable": "1 failed",
  "create-upload-survey": 201,
  "create-upload-too-large": 413,
  "list-files-ready": 200,
  "list-files-bad-cursor": 400,
  "get-file-ready": 200,
  "get-file-unknown": 404,
  "get-file-text-ready": 200,
  "get-file-text-unknown": 404,
  "get-file-geojson-forced-crs": 200,
  "get-file-geojson-unknown": 404,
  "request-scan-exact": 202,
  "request-scan-with-keys": 202,
  "request-scan-unknown": 404,
};

if (import.meta.main) writeEvents({ folder, events });
