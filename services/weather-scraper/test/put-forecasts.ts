// Forecasts and runs in the table, written as the service writes them but without a night.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { App, TestCloud } from "@warmstart/testing";
import * as v from "valibot";
import { LocationId } from "../src/config.ts";
import { daysOf } from "../src/daily.ts";
import { dynamoForecasts } from "../src/dynamo-forecasts.ts";
import { dynamoReader } from "../src/dynamo-reader.ts";
import { dynamoRuns } from "../src/dynamo-runs.ts";
import type { ForecastReader, ForecastStore, NewForecast, RunStore } from "../src/forecast-store.ts";
import type { Step } from "../src/forecast.ts";
import { RunId } from "../src/runs.ts";

export interface Stores {
  readonly forecasts: ForecastStore;
  readonly runs: RunStore;
  readonly reader: ForecastReader;
  /** All that a fetch leaves of a forecast. */
  readonly put: (forecast: NewForecast) => Promise<void>;
}

/** The service's own stores on the deployed table, with the developer's rights. */
export const storesOf = (cloud: TestCloud, app: App): Stores => {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamo = new DynamoDBClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
  const client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  const table = app.resource("ForecastsTable");
  const forecasts = dynamoForecasts(table, client);
  return {
    forecasts,
    runs: dynamoRuns(table, client),
    reader: dynamoReader(table, client),
    put: async (forecast) => {
      await forecasts.addIssue(forecast);
      await forecasts.addDays(forecast);
      await forecasts.setLatest(forecast);
    },
  };
};

const HOUR_MS = 3_600_000;

export const idOf = (id: string): LocationId => v.parse(LocationId, id);
export const runOf = (date: string): RunId => v.parse(RunId, date);

/** Rain falls at 1 mm an hour, it gets colder by 0.1 °C each hour. */
const stepsFrom = (start: string, hours: number): readonly Step[] =>
  Array.from({ length: hours }, (_, at) => ({
    start: new Date(Date.parse(start) + at * HOUR_MS).toISOString().replace(".000Z", "Z"),
    hours: 1,
    temperature: Math.round(200 - at) / 10,
    windSpeed: 10,
    windFrom: 270,
    gust: null,
    pressure: 1013.25,
    humidity: 80,
    cloud: 100,
    precipitation: 1,
    precipitationChance: null,
    condition: "rain",
    severity: 1,
    isDay: null,
    code: "lightrain",
  }));

interface Wanted extends Partial<NewForecast> {
  readonly hours?: number;
  readonly zone?: string;
}

/** Of London, from noon on for three days, unless told otherwise. */
export const aForecast = ({ hours = 72, zone = "Europe/London", ...changed }: Wanted = {}): NewForecast => {
  const issuedAt = changed.issuedAt ?? "2026-01-15T12:00:00Z";
  const steps = changed.steps ?? stepsFrom(issuedAt, hours);
  return {
    locationId: idOf("london"),
    runId: runOf(issuedAt.slice(0, 10)),
    provider: "met",
    issuedAt,
    fetchedAt: "2026-01-15T12:09:00Z",
    steps,
    days: daysOf(steps, zone),
    ...changed,
  };
};
