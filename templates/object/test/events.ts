// What events/new-service/ holds, made by the test kit's factories. `node test/events.ts` writes the files anew.
import { type Outcome, s3Event, sqsEvent, writeEvents } from "@warmstart/testing";
import { join } from "node:path";

export const folder: string = join(import.meta.dirname, "../../../events/new-service");

const bucket = "warmstart-new-service-local-uploads";
/** The one that is there. */
export const KNOWN = { bucket, key: "uploads/Grüße (1).txt", text: "hello" };

const told = (event: unknown) => sqsEvent([event], { queue: "uploads" });
const known = { bucket, key: KNOWN.key, sizeBytes: KNOWN.text.length };

export const events: Readonly<Record<string, unknown>> = {
  "record-checksum-object-created": told(s3Event(known)),
  "record-checksum-redelivery": told(s3Event(known)),
  "record-checksum-older-version": told(s3Event({ ...known, sequencer: "006917A1B2C3D4E5F5" })),
  "record-checksum-object-gone": told(s3Event({ bucket, key: "uploads/gone.txt" })),
  // What S3 sends when a notification is set up.
  "record-checksum-test-event": told({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: bucket }),
  "record-checksum-other-size": told(s3Event({ ...known, sizeBytes: known.sizeBytes + 1 })),
};

/** In this order: a redelivery needs its first. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  "record-checksum-object-created": "done: checksum recorded",
  "record-checksum-redelivery": "done: checksum recorded",
  "record-checksum-older-version": "done: checksum superseded",
  "record-checksum-object-gone": "done: checksum gone",
  "record-checksum-test-event": "done",
  "record-checksum-other-size": "1 failed",
};

if (import.meta.main) writeEvents({ folder, events });
