// The files of which the events in events/segy-metadata speak, in a cloud of their own; one of them is half-way.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { EVENT_TIME, type EventGround, type TestCloud } from "@warmstart/testing";
import { dynamoRuns } from "../src/dynamo-runs.ts";
import { extract } from "../src/extract.ts";
import { s3Results } from "../src/s3-results.ts";
import { s3Open } from "../src/s3-source.ts";
import { FILE, large, survey } from "./events.ts";
import { segyFile } from "./write-segy.ts";

/** Two traces in a chunk, and no file so small that one run would read it whole. */
const thresholds = {
  EXACT_BYTES: FILE.length,
  SEQUENTIAL_BYTES: 0,
  CHUNK_BYTES: 2 * segyFile().traceLength,
};

/** They stay where they are: the events bring one. */
const sendChunks = async (): Promise<void> => {};

/** S3 gives files versions of its own, so an event means others than it says. */
export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/segy-metadata", { only: "resources" });
  Object.assign(process.env, cloud.env);
  const s3 = new S3Client({ forcePathStyle: true });
  const real: [string, string][] = [];
  for (const { bucket: Bucket, key: Key, versionId } of [survey, large]) {
    const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: FILE }));
    real.push([versionId, VersionId]);
  }
  const meant = (event: unknown): unknown =>
    JSON.parse(real.reduce((text, [said, version]) => text.replaceAll(said, version), JSON.stringify(event)));
  const results = s3Results(s3, app.outputs["ResultsBucketName"] ?? "");
  const records = dynamoRuns(app.resource("FilesTable"));
  const object = { ...(meant(large) as typeof large), eventTime: new Date(EVENT_TIME).toISOString() }; // with another version
  const ports = { open: s3Open(s3), records, results, sendChunks, thresholds };
  await extract(ports, { object, remainingMilliseconds: () => 900_000 });
  return { cloud, app, meant };
};
