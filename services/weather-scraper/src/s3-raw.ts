// Bodies as they came, for 30 days: `raw/<provider>/<location>/<issue time>.json.gz`, what was refused under `rejected/`.
import { gzipSync } from "node:zlib";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { KeepRaw } from "./fetch-location.ts";

export const s3Raw =
  (s3: S3Client, Bucket: string): KeepRaw =>
  async (kind, { provider, locationId, at, runId, fetchedAt, body }) => {
    const Key = `${kind}/${provider}/${locationId}/${at}.json.gz`;
    // With them scripts/backfill.ts makes the same items again.
    const Metadata = { run: runId, fetched: fetchedAt };
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Metadata, Body: gzipSync(body), ContentType: "application/gzip" }),
    );
  };
