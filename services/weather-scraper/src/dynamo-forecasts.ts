// What fetch writes: forecasts, what providers said, results of runs. src/dynamo-reader.ts reads it for the API.
import { gzipSync } from "node:zlib";
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { wait } from "@warmstart/middleware";
import type { LocationId } from "./config.ts";
import { goneAt, held, putResult } from "./dynamo-runs.ts";
import type { ForecastStore, HttpState, LocationState, NewForecast } from "./forecast-store.ts";
import type { Provider } from "./forecast.ts";

type Item = Record<string, unknown>;

/** What a batch leaves over is too much for the table at that moment. */
const THROTTLED_SECONDS = 0.5;
/** DynamoDB's limit of a batch. */
const BATCH = 25;

const locationKey = (id: LocationId): string => `LOC#${id}`;
/** From the issue and not from now: whatever writes an issue twice writes the same. */
const issueGoneAt = (issuedAt: string): number => goneAt(Date.parse(issuedAt));

const dayItems = ({ locationId, provider, issuedAt, days }: NewForecast): readonly Item[] =>
  days.map((day) => ({
    ...day,
    provider,
    issuedAt,
    pk: locationKey(locationId),
    sk: `DAY#${day.date}#${issuedAt}`,
    expiresAt: issueGoneAt(issuedAt),
  }));

// What setHttp and setLatest wrote; nothing else writes them.
const stateOf = (items: readonly Item[]): LocationState => {
  const http = items
    .filter(({ sk }) => String(sk).startsWith("HTTP#"))
    .map(({ pk: _pk, sk, ...state }) => [String(sk).slice(5), state]);
  const latest = items.find(({ sk }) => sk === "LATEST");
  return {
    http: Object.fromEntries(http) as Partial<Record<Provider, HttpState>>,
    latest: latest as LocationState["latest"],
  };
};

export const dynamoForecasts = (TableName: string, client: DynamoDBDocumentClient): ForecastStore => {
  const put = (Item: Item, condition: { ConditionExpression?: string; ExpressionAttributeValues?: Item } = {}) =>
    client.send(new PutCommand({ TableName, Item, ...condition }));

  /** The run that brought it first keeps it, also when an earlier delivery of it did not get to its end. */
  const addIssue: ForecastStore["addIssue"] = async (forecast) => {
    const { locationId, provider, issuedAt, runId } = forecast;
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: locationKey(locationId), sk: `FC#${provider}#${issuedAt}` },
        UpdateExpression: "SET steps = :steps, expiresAt = :gone, runId = if_not_exists(runId, :run)",
        ExpressionAttributeValues: {
          ":steps": gzipSync(JSON.stringify(forecast.steps)),
          ":gone": issueGoneAt(issuedAt),
          ":run": runId,
        },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    return Attributes?.["runId"] === runId;
  };

  const addDays: ForecastStore["addDays"] = async (forecast) => {
    let left = dayItems(forecast).map((Item) => ({ PutRequest: { Item } }));
    while (left.length > 0) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [TableName]: left.slice(0, BATCH) } }),
      );
      const again = (UnprocessedItems?.[TableName] ?? []) as typeof left; // of what was sent
      if (again.length > 0) await wait(THROTTLED_SECONDS);
      left = [...again, ...left.slice(BATCH)];
    }
  };

  const setLatest: ForecastStore["setLatest"] = async ({ locationId, runId: _run, steps: _steps, ...latest }) => {
    await held(
      put(
        { ...latest, pk: locationKey(locationId), sk: "LATEST", stale: false },
        {
          ConditionExpression: "attribute_not_exists(pk) OR issuedAt <= :issued OR stale = :true",
          ExpressionAttributeValues: { ":issued": latest.issuedAt, ":true": true },
        },
      ),
    );
  };

  const markStale: ForecastStore["markStale"] = async (id, issuedAt, reason) => {
    await held(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { pk: locationKey(id), sk: "LATEST" },
          UpdateExpression:
            reason === undefined
              ? "SET stale = :stale REMOVE staleReason"
              : "SET stale = :stale, staleReason = :reason",
          ConditionExpression: "issuedAt = :issued",
          ExpressionAttributeValues: {
            ":issued": issuedAt,
            ":stale": reason !== undefined,
            ...(reason !== undefined && { ":reason": reason }),
          },
        }),
      ),
    );
  };

  return {
    addIssue,
    addDays,
    setLatest,
    markStale,
    state: async (id) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :http AND :latest",
          ExpressionAttributeValues: { ":pk": locationKey(id), ":http": "HTTP#", ":latest": "LATEST" },
          ConsistentRead: true,
        }),
      );
      return stateOf(Items);
    },
    setHttp: async (id, provider, state) => void (await put({ ...state, pk: locationKey(id), sk: `HTTP#${provider}` })),
    setResult: putResult(TableName, client),
  };
};
