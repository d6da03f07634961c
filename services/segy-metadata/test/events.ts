// What events/segy-metadata/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { httpEvent, s3Event, sqsEvent, type S3ObjectOptions } from "@warmstart/testing";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileId, padded } from "../src/files.ts";

export const folder: string = join(import.meta.dirname, "../../../events/segy-metadata");

const bucket = "warmstart-segy-metadata-local-incoming";
const key = "uploads/5f0c1d2e-3b4a-4968-8778-6958a4b3c2d1/survey.sgy";
const id = fileId(bucket, key);
const caller = { iam: { userArn: "arn:aws:iam::000000000000:user/local" } } as const;

const survey: S3ObjectOptions = {
  bucket,
  key,
  sizeBytes: 829_183,
  etag: "0123456789abcdef0123456789abcdef",
  versionId: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH",
  sequencer: "006917A1B2C3D4E5F6",
};

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

const chunk = {
  id,
  sequencer: padded("006917A1B2C3D4E5F6"),
  scans: 1,
  plan: `parts/${id}/${survey.versionId}/1/plan.json`,
  n: 3,
  of: 50,
  from: 244_000,
  traces: 81_300,
};

const route = (name: string, path: string, body?: object) =>
  httpEvent(path, { route: name, caller, ...(body && { body }) });

export const events: Readonly<Record<string, unknown>> = {
  "extract-object-created": created(),
  "extract-key-with-spaces-and-umlaut": created({ key: "uploads/Förde 3D/Linie 7 + 8 (100%).segy" }),
  "extract-multipart-completed": created({
    sizeBytes: 99_133_203_600,
    etag: "0123456789abcdef0123456789abcdef-1182",
    eventName: "ObjectCreated:CompleteMultipartUpload",
  }),
  "extract-test-event": sqsEvent([testEvent], { queue: "files" }),
  "extract-redelivery": created({}, { receiveCount: 2 }),
  "extract-older-sequencer": created({ versionId: "2LWg7lQLnY41.maGB5Z6SWW.dcq0vx7b", sequencer: "006917A1B2C3D4E5" }),
  "scan-chunk-fourth-of-fifty": sqsEvent([chunk], { queue: "chunks" }),
  "create-upload-survey": route("POST /uploads", "POST /uploads", { fileName: "survey.sgy", sizeBytes: 829_183 }),
  "create-upload-too-large": route("POST /uploads", "POST /uploads", {
    fileName: "cube.sgy",
    sizeBytes: 6 * 1024 ** 3,
  }),
  "list-files-ready": route("GET /files", "GET /files?status=ready&limit=10"),
  "list-files-bad-cursor": route("GET /files", "GET /files?cursor=nonsense"),
  "get-file-unknown": route("GET /files/{id}", `GET /files/${id}`),
  "get-file-text-unknown": route("GET /files/{id}/text", `GET /files/${id}/text`),
  "get-file-geojson-forced-crs": route("GET /files/{id}/geojson", `GET /files/${id}/geojson?crs=EPSG:23031`),
  "request-scan-exact": route("POST /files/{id}/scan", `POST /files/${id}/scan`, { mode: "exact" }),
  "request-scan-with-keys": route("POST /files/{id}/scan", `POST /files/${id}/scan`, {
    mode: "sampled",
    keys: { slow: 9, fast: 21 },
  }),
};

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
