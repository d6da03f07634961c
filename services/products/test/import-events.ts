// The events of imports among those of events.ts, and the file of which they speak.
import { httpEvent, s3Event, sqsEvent, type S3ObjectOptions } from "@warmstart/testing";
import { createHash } from "node:crypto";
import type { ImportId } from "../src/import.ts";
import { goodRow, HEADER } from "./import-file.ts";
import { customer, staff } from "./people.ts";

export const BEGUN = "imp_000000000000000000000BEGVN" as ImportId; // as the schema says
/** Expected, and nothing was sent with its form. */
export const MISSING = "imp_0000000000000000000M1SS1NG" as ImportId; // as the schema says
const UNKNOWN = "imp_00000000000000000000VNKN0W";

/** What was sent with the form, and the version that the events name (S3 makes its own, see seed-events.ts). */
export const CSV: string = `${[HEADER, goodRow(1), goodRow(2)].join("\n")}\n`;
export const VERSION = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH";

export const file = {
  bucket: "warmstart-products-local-imports",
  key: `uploads/${BEGUN}.csv`,
  sizeBytes: Buffer.byteLength(CSV),
  etag: createHash("md5").update(CSV).digest("hex"),
  versionId: VERSION,
  eventName: "ObjectCreated:Post",
} as const;

/** S3's message to the queue. */
const created = (changed: Partial<S3ObjectOptions> = {}, options: { receiveCount?: number } = {}): unknown =>
  sqsEvent([s3Event({ ...file, ...changed })], { queue: "imports", ...options });

const testEvent = {
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: "2026-01-15T12:00:00.000Z",
  Bucket: file.bucket,
  RequestId: "5582815E1AEA5ADF",
  HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
};

const get = (id: string) =>
  httpEvent(`GET /v1/product-imports/${id}`, { route: "GET /v1/product-imports/{id}", ...staff });

export const importEvents: Readonly<Record<string, unknown>> = {
  "create-import-new": httpEvent("POST /v1/product-imports", staff),
  "create-import-dry-run": httpEvent("POST /v1/product-imports?dryRun=true", staff),
  "create-import-bad-query": httpEvent("POST /v1/product-imports?dryRun=yes", staff),
  "create-import-customer": httpEvent("POST /v1/product-imports", customer),
  "get-import-waiting": get(BEGUN),
  "get-import-unknown": get(UNKNOWN),
  "get-import-malformed": get("mine"),
  "import-products-object-created": created(),
  "import-products-redelivery": created({}, { receiveCount: 2 }),
  "import-products-other-file": created({ versionId: "2LWg7lQLnY41.maGB5Z6SWW.dcq0vx7b" }),
  "import-products-unknown": created({ key: `uploads/${UNKNOWN}.csv` }),
  "import-products-missing": created({ key: `uploads/${MISSING}.csv` }),
  "import-products-test-event": sqsEvent([testEvent], { queue: "imports" }),
  "import-products-unreadable": sqsEvent(["poison"], { queue: "imports" }),
};
