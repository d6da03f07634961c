// What one delivery does, seen from outside: requests, items, objects, metrics and lines of the log.
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { Item, Weather } from "./open-weather.ts";
import { differences, readTable, type Table } from "./read-table.ts";

export interface Observed<T> {
  readonly result: T;
  /** `200 /met/…`, in order. */
  readonly asked: readonly string[];
  readonly before: Table;
  readonly after: Table;
  /** Keys of items that are new, gone or not as they were. */
  readonly changed: readonly string[];
  /** Objects that are new, by key. */
  readonly objects: Readonly<Record<string, string>>;
  /** Values of a metric, those of all dimensions. */
  readonly metric: (name: string) => readonly unknown[];
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

const objectsOf = async ({ app, cloud }: Weather): Promise<Readonly<Record<string, () => Promise<string>>>> => {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const s3 = new S3Client({ endpoint: cloud.endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  const Bucket = app.resource("RawBucket");
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const read = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return gunzipSync((await Body?.transformToByteArray()) ?? "").toString();
  };
  return Object.fromEntries(Contents.map(({ Key = "" }) => [Key, () => read(Key)]));
};

const linesOf = async ({ cloud }: Weather): Promise<readonly Record<string, unknown>[]> =>
  (await cloud.logs("weather-scraper-local-fetch"))
    .filter(({ message }) => message.startsWith("{"))
    .map(({ message }) => JSON.parse(message) as Record<string, unknown>); // written by the logger

/** Does it, and tells what has changed by it. */
export const observe = async <T>(weather: Weather, act: () => Promise<T>): Promise<Observed<T>> => {
  const { providers } = weather;
  const before = await readTable(weather);
  const objectsBefore = await objectsOf(weather);
  const linesBefore = (await linesOf(weather)).length;
  providers.clearLog();
  const result = await act();
  const asked = providers.log().map(({ status, path }) => `${status} ${path}`);
  const after = await readTable(weather);
  const logged = (await linesOf(weather)).slice(linesBefore);
  const added = Object.entries(await objectsOf(weather)).filter(([key]) => !(key in objectsBefore));
  return {
    result,
    asked,
    before,
    after,
    changed: differences(before, after),
    objects: Object.fromEntries(await Promise.all(added.map(async ([key, read]) => [key, await read()] as const))),
    metric: (name) => logged.flatMap((line) => (name in line ? [line[name]] : [])),
    logged,
  };
};

/** `OK` or `ALARM`, by a part of the alarm's name. */
export const alarmOf = async ({ cloud }: Weather, part: string): Promise<string | undefined> => {
  const { alarms } = await cloud.ask<{ alarms: { name: string; state: { value: string } }[] }>("GET", "/alarms");
  return alarms.find(({ name }) => name.includes(part))?.state.value;
};

/** An attribute, as a text or a number or whatever it is. */
export const valueOf = (item: Item | undefined, name: string): unknown => Object.values(item?.[name] ?? {})[0];

/** The steps of an `FC#` item. */
export const stepsOf = (item: Item | undefined): readonly Readonly<Record<string, unknown>>[] =>
  JSON.parse(gunzipSync(Buffer.from(String(valueOf(item, "steps")), "base64")).toString()) as Record<string, unknown>[]; // dynamo-forecasts.ts wrote it
