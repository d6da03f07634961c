// The photos of which the events in events/image-resizer speak, in a cloud of their own.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { EventGround, TestCloud } from "@warmstart/testing";
import { PHOTO } from "./event-photo.ts";
import { PHOTOS } from "./events.ts";

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/image-resizer", { only: "resources" });
  Object.assign(process.env, cloud.env);
  const s3 = new S3Client({ forcePathStyle: true });
  for (const { bucket: Bucket, key: Key } of PHOTOS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: PHOTO }));
  return { cloud, app };
};
