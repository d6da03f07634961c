// The object of which the events in events/new-service speak, in a cloud of its own.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { EventGround, TestCloud } from "@warmstart/testing";
import { KNOWN } from "./events.ts";

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/new-service", { only: "resources" });
  Object.assign(process.env, cloud.env);
  const { bucket: Bucket, key: Key, text: Body } = KNOWN;
  await new S3Client({ forcePathStyle: true }).send(new PutObjectCommand({ Bucket, Key, Body }));
  return { cloud, app };
};
