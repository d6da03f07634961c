import { dropUpload } from "./buckets.ts";
import type { S3State } from "./model.ts";

/** Everything in a bucket goes, versions and uploads too, without events: its stack goes too. */
export const emptyBucket = (s3: S3State, bucket: string): void =>
  s3.ground.store.transaction(() => {
    const range = { prefix: `${bucket}/` };
    for (const table of [s3.versions, s3.objects])
      for (const [id, { segments }] of table.list(range)) {
        table.remove(id);
        s3.bodies.discard(segments);
      }
    for (const [, upload] of s3.uploads.list(range)) dropUpload(s3, upload);
  });
