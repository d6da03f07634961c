import { S3Client } from "@aws-sdk/client-s3";
import { env, flag, objectCreated, text, type Metrics } from "@warmstart/middleware";
import { dynamoImages } from "../src/dynamo-images.ts";
import { resizeUpload, type Outcome } from "../src/resize.ts";
import { bucketUrl, s3Images } from "../src/s3-images.ts";
import { UPLOAD_PREFIX } from "../src/upload.ts";
import { formatsOf } from "../src/variants.ts";

const settings = env({
  IMAGES_TABLE: text(),
  ORIGINALS_BUCKET: text(),
  VARIANTS_BUCKET: text(),
  AVIF: flag(true),
  PUBLIC_BASE: text(""),
  AWS_REGION: text(),
  AWS_ENDPOINT_URL: text(""),
});
const { ORIGINALS_BUCKET, VARIANTS_BUCKET, AWS_ENDPOINT_URL, AWS_REGION } = settings;

if (ORIGINALS_BUCKET === VARIANTS_BUCKET) {
  throw new TypeError(
    "misconfigured: ORIGINALS_BUCKET and VARIANTS_BUCKET are one bucket, so variants would be resized",
  );
}

const ports = {
  files: s3Images(new S3Client(), VARIANTS_BUCKET),
  records: dynamoImages(settings.IMAGES_TABLE),
  formats: formatsOf(settings.AVIF),
  publicBase: settings.PUBLIC_BASE || bucketUrl(VARIANTS_BUCKET, AWS_ENDPOINT_URL, AWS_REGION),
};

const count = (metrics: Metrics, outcome: Outcome, milliseconds: number): void => {
  if (outcome.outcome === "rejected") metrics.by({ code: outcome.code }).add("ImagesRejected", 1);
  if (outcome.outcome !== "resized") return;
  metrics.add("ImagesResized", 1);
  metrics.add("PixelsDecoded", outcome.made.pixels);
  metrics.add("VariantBytes", outcome.made.variantBytes, "Bytes");
  metrics.add("ResizeMilliseconds", milliseconds, "Milliseconds");
};

export const handler = objectCreated({ prefix: UPLOAD_PREFIX }, async ({ object, log, metrics }) => {
  if (object.bucket !== ORIGINALS_BUCKET) {
    throw new TypeError(`misconfigured: ${object.bucket} triggers this function, it reads ${ORIGINALS_BUCKET} alone`);
  }
  const started = performance.now();
  const outcome = await resizeUpload(ports, object);
  const milliseconds = Math.round(performance.now() - started);
  count(metrics, outcome, milliseconds);
  const repeated = outcome.outcome === "repeated";
  log.info(`image ${outcome.outcome}`, { key: object.key, ...outcome, repeated, duration_ms: milliseconds });
});
