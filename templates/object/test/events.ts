// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { s3Event, sqsEvent } from "@warmstart/testing";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

const bucket = "warmstart-new-service-local-uploads";
const queue = "uploads";
const known = s3Event({ bucket, key: "uploads/Grüße (1).txt", sizeBytes: 5 });

export const events: Readonly<Record<string, unknown>> = {
  "record-checksum-known": sqsEvent([known], { queue }),
  "record-checksum-object-gone": sqsEvent([s3Event({ bucket, key: "uploads/gone.txt" })], { queue }),
  "record-checksum-other-size": sqsEvent([s3Event({ bucket, key: "uploads/Grüße (1).txt", sizeBytes: 6 })], { queue }),
  "record-checksum-redelivery": sqsEvent([known], { queue }),
  // What S3 sends when the notification is set up.
  "record-checksum-test-event": sqsEvent([{ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: bucket }], { queue }),
};

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const [name, event] of Object.entries(events)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
  }
}
