// The packaged service in a cloud of the test's own, with the recorded providers as its only peers.
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import {
  type App,
  type HttpResult,
  openCloud,
  scheduleEvent,
  send,
  sqsEvent,
  type TestCloud,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { type ProviderServer, startProviderServer } from "../local/provider-server.ts";
import { bundleWith } from "./bundle-with.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Of the schedule `plan`. */
const PLANNED_AT = (2 * 60 + 7) * MINUTE;
/** The spread, and time for the retries of a single attempt. */
const RUN = "16m";

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
/** An item in DynamoDB's JSON. */
export type Item = Attributes;

export interface WeatherOptions {
  /** In place of those of locations.json. */
  readonly locations?: readonly object[];
  /** Other keys of locations.json: contact, rps, openMeteo. */
  readonly config?: object;
  /** Where the clock stands at first; by default noon before the night of 2026-01-16. */
  readonly at?: number;
  readonly cloud?: TestCloud;
  /** `resources`: no schedule fires and no queue is read. */
  readonly only?: "resources";
  /** Of a package like the service's; see test/changed-package.ts. */
  readonly folder?: string;
}

export interface Weather {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly providers: ProviderServer;
  /** Moves the clock to the next 02:07 UTC, when the plan fires; tasks wait in the queue for their delays. */
  readonly advanceToNight: () => Promise<void>;
  /** A whole night: the plan, its spread, and every task done or failed once. */
  readonly night: () => Promise<void>;
  /** All items under a partition key, by sort key. */
  readonly items: (pk: string) => Promise<readonly Item[]>;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<HttpResult>;
  /** Calls `plan` as its schedule would at this time, ms since 1970; true when it went well. */
  readonly plan: (time?: number) => Promise<boolean>;
  /** Calls `fetch` with these messages in one batch; answers the positions of those that failed. */
  readonly deliver: (messages: readonly unknown[]) => Promise<readonly number[]>;
  /** Puts messages into the queue as they are; `fetch` gets them when the clock moves or the cloud is idle. */
  readonly enqueue: (messages: readonly unknown[]) => Promise<void>;
  /** Runs all functions with these keys of locations.json changed from here on. */
  readonly setFile: (changes: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Runs a function with other variables than the template's from here on. */
  readonly setVariables: (name: string, variables: Readonly<Record<string, string>>) => Promise<void>;
  readonly close: () => Promise<void>;
}

const withFile = async (cloud: TestCloud, changes: object): Promise<void> => {
  const { default: file } = await import("../locations.json", { with: { type: "json" } });
  const bundled = await bundleWith({ ...file, ...changes });
  for (const { functionName, folder } of bundled) await cloud.ask("PUT", `/functions/${functionName}/code`, { folder });
  // The cloud has a copy.
  for (const { folder } of bundled) rmSync(dirname(folder), { recursive: true, force: true });
};

/** With what a test replaces of locations.json. */
const deploy = async (cloud: TestCloud, { url }: ProviderServer, options: WeatherOptions): Promise<App> => {
  const { locations, config, only, folder = "services/weather-scraper" } = options;
  const parameters = { ProvidersUrl: url };
  const app = await cloud.deploy(folder, { parameters, ...(only !== undefined && { only }) });
  if (locations !== undefined || config !== undefined)
    await withFile(cloud, { ...config, ...(locations !== undefined && { locations }) });
  return app;
};

/** Opens cloud, providers and service; close it in `afterAll`. Providers tell the time of the cloud, also while it moves. */
export const openWeather = async (options: WeatherOptions = {}): Promise<Weather> => {
  const { at } = options;
  const cloud = options.cloud ?? (await openCloud(at === undefined ? {} : { at }));
  const now = async (): Promise<number> => Date.parse((await cloud.ask<{ now: string }>("GET", "/clock")).now);
  const providers = await startProviderServer({ now });
  const app = await deploy(cloud, providers, options).catch(async (error: unknown) => {
    await providers.close(); // an open port would keep jest alive
    throw error;
  });
  const lambda = (method: string, path: string, body?: unknown): Promise<HttpResult> =>
    send(method, `${cloud.endpoint}/2015-03-31/functions/weather-scraper-local-${path}`, {
      body,
      sign: { service: "lambda" },
    });
  const advanceToNight = async (): Promise<void> => {
    const past = cloud.clock.now() % DAY;
    await cloud.clock.advance((PLANNED_AT - past + DAY) % DAY || DAY);
  };
  return {
    cloud,
    app,
    providers,
    advanceToNight,
    night: async () => {
      await advanceToNight();
      await cloud.clock.advance(RUN);
      await cloud.idle();
    },
    items: async (pk) => {
      const { Items } = await cloud.call("dynamodb", "DynamoDB_20120810.Query", {
        TableName: app.resource("ForecastsTable"),
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
      });
      return Items as readonly Item[]; // DynamoDB's JSON
    },
    get: (path, headers = {}) => app.http.get(path, { headers }),
    plan: async (time = cloud.clock.now()) => {
      const event = scheduleEvent({ name: "weather-scraper-local-plan", by: "scheduler", time });
      return !("x-amz-function-error" in (await lambda("POST", "plan/invocations", event)).headers);
    },
    deliver: async (messages) => {
      const event = sqsEvent(messages);
      const { headers, json } = await lambda("POST", "fetch/invocations", event);
      if ("x-amz-function-error" in headers) return messages.map((_message, position) => position);
      const { batchItemFailures = [] } = json as { batchItemFailures?: readonly { itemIdentifier: string }[] }; // Lambda's format
      const ids = event.Records.map(({ messageId }) => messageId);
      return batchItemFailures.map(({ itemIdentifier }) => ids.indexOf(itemIdentifier));
    },
    enqueue: async (messages) => {
      const QueueUrl = app.resource("TasksQueue");
      for (const message of messages) {
        const MessageBody = typeof message === "string" ? message : JSON.stringify(message);
        await cloud.call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody });
      }
    },
    setFile: (changes) => withFile(cloud, changes),
    setVariables: async (name, variables) => {
      const { json } = await lambda("GET", name);
      const { Configuration } = json as { Configuration: { Environment: { Variables: Record<string, string> } } }; // Lambda's format
      const Variables = { ...Configuration.Environment.Variables, ...variables };
      await lambda("PUT", `${name}/configuration`, { Environment: { Variables } });
    },
    close: async () => {
      await cloud.close();
      await providers.close();
    },
  };
};
