// npm run backfill -w services/weather-scraper -- --from-raw [--date 2026-07-20] [--stage prod]: makes the items of a day's
// issues, or of all, once more from the bodies in the bucket: after a mended mapping, or for a new field. No provider is asked.
import { gunzipSync } from "node:zlib";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { useStage } from "@warmstart/deploy/stage";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { type Config, LocationId, readConfig } from "../src/config.ts";
import { daysOf } from "../src/daily.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoForecasts } from "../src/dynamo-forecasts.ts";
import { held } from "../src/dynamo-runs.ts";
import type { NewForecast } from "../src/forecast-store.ts";
import { Broken, Instant, Provider } from "../src/forecast.ts";
import { readBody } from "../src/read-body.ts";
import { RunId } from "../src/runs.ts";

export interface Raw {
  readonly s3: S3Client;
  readonly bucket: string;
}

const Key = v.strictTuple([v.literal("raw"), Provider, LocationId, Instant]);
const split = (key: string): readonly string[] => key.replace(/\.json\.gz$/, "").split("/");

const issuedAtOf = (key: string): string => v.parse(Key, split(key))[3];

const keysOf = async function* ({ s3, bucket }: Raw): AsyncIterable<string> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "raw/", ContinuationToken }));
    for (const { Key: found = "" } of page.Contents ?? []) if (v.is(Key, split(found))) yield found;
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
};

const forecastOf = async ({ s3, bucket }: Raw, key: string, { locations }: Config): Promise<NewForecast> => {
  const { Body, Metadata = {} } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const body = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
  const [, provider, locationId, issuedAt] = v.parse(Key, split(key));
  const location = locations.find(({ id }) => id === locationId);
  if (location === undefined) throw new Broken("no longer in locations.json");
  const { steps } = readBody(provider, body);
  const days = daysOf(steps, location.timeZone);
  const runId = v.parse(RunId, Metadata["run"]);
  return { locationId, runId, provider, issuedAt, fetchedAt: Metadata["fetched"] ?? issuedAt, steps, days };
};

export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
}

/** Where this issue is shown, or none is. A body does not say whether it is stale. */
const renewLatest = async ({ name, client }: Table, forecast: NewForecast): Promise<void> => {
  const { locationId, provider, issuedAt, fetchedAt, days } = forecast;
  await held(
    client.send(
      new UpdateCommand({
        TableName: name,
        Key: { pk: `LOC#${locationId}`, sk: "LATEST" },
        UpdateExpression:
          "SET #provider = :provider, issuedAt = :issued, fetchedAt = :fetched, #days = :days, stale = if_not_exists(stale, :false)",
        ConditionExpression: "attribute_not_exists(issuedAt) OR (issuedAt = :issued AND #provider = :provider)",
        ExpressionAttributeNames: { "#provider": "provider", "#days": "days" },
        ExpressionAttributeValues: {
          ":provider": provider,
          ":issued": issuedAt,
          ":fetched": fetchedAt,
          ":days": days,
          ":false": false,
        },
      }),
    ),
  );
};

/** Rewrites what came of each body issued on `date`, or of all; answers how many, and says which could not be read. */
export const backfill = async (
  raw: Raw,
  table: Table,
  {
    config,
    date = "",
    say,
  }: { readonly config: Config; readonly date?: string | undefined; readonly say: (line: string) => void },
): Promise<number> => {
  const store = dynamoForecasts(table.name, table.client);
  const keys: string[] = [];
  for await (const key of keysOf(raw)) if (issuedAtOf(key).startsWith(date)) keys.push(key);
  let count = 0;
  // The newest first: it is the one to be shown where none is.
  for (const key of keys.toSorted((a, b) => (issuedAtOf(a) < issuedAtOf(b) ? 1 : -1))) {
    try {
      const forecast = await forecastOf(raw, key, config);
      await store.addIssue(forecast);
      await store.addDays(forecast);
      await renewLatest(table, forecast);
      if (++count % 100 === 0) say(`${count} issues …`);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      say(`${key}: ${error.message}`);
    }
  }
  return count;
};

const USAGE =
  "npm run backfill -w services/weather-scraper -- --from-raw [--date YYYY-MM-DD] [--stage <stage>] [--bucket <raw bucket>]";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      "from-raw": { type: "boolean" },
      date: { type: "string" },
      stage: { type: "string", default: "local" },
      bucket: { type: "string" },
    },
  });
  const { date, stage, bucket = `warmstart-weather-scraper-${stage}-raw` } = values;
  if (values["from-raw"] !== true || (date !== undefined && !v.is(RunId, date))) throw new Error(USAGE);
  useStage(stage);
  const { default: file } = await import("../locations.json", { with: { type: "json" } });
  const table = { name: `weather-scraper-${stage}`, client: documentClient() };
  const s3 = new S3Client({ forcePathStyle: stage === "local" });
  const count = await backfill({ s3, bucket }, table, { config: readConfig(file, stage), date, say });
  say(`${count} issues made again from their bodies`);
};

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
