import type { S3State } from "./model.ts";

/** Everything in a bucket goes, without events: its stack goes too. */
export const emptyBucket = (s3: S3State, bucket: string): void => {
  const range = { prefix: `${bucket}/` };
  const discarded = s3.ground.store.transaction(() => {
    const [objects, versions] = [s3.objects.list(range), s3.versions.list(range)];
    for (const [id] of objects) s3.objects.remove(id);
    for (const [id] of versions) s3.versions.remove(id);
    const parts = s3.uploads.list(range).flatMap(([id, { uploadId }]) => {
      s3.uploads.remove(id);
      const found = s3.parts.list({ prefix: `${uploadId}/` });
      for (const [partId] of found) s3.parts.remove(partId);
      return found;
    });
    return [...objects, ...versions, ...parts].flatMap(([, { segments }]) => segments);
  });
  s3.bodies.discard(discarded);
};
