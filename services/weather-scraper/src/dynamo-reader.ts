// What the HTTP API reads of the table. Items are read by their schemas, so that nothing that is kept beside them is shown.
import { gunzipSync } from "node:zlib";
import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { readRun } from "./dynamo-runs.ts";
import { fail } from "./errors.ts";
import type { ForecastReader } from "./forecast-store.ts";
import { DailyRow, Instant, Provider, Step } from "./forecast.ts";

const LatestItem = v.object({
  provider: Provider,
  issuedAt: Instant,
  fetchedAt: v.string(),
  stale: v.boolean(),
  staleReason: v.optional(v.string()),
  days: v.array(DailyRow),
});
const IssueItem = v.object({ steps: v.instance(Uint8Array) });
const DayItem = v.object({ ...DailyRow.entries, provider: Provider, issuedAt: Instant });

const DAY = "DAY#";
/** Behind `DAY#` in the sort key. */
const POSITION = /^(\d{4}-\d{2}-\d{2})#\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** DynamoDB refuses to go on at a place outside of what is asked for. */
const startOf = (pk: string, after: string, validDate: string | undefined): { pk: string; sk: string } => {
  const [, date] = POSITION.exec(after) ?? [];
  if (date === undefined || (validDate ?? date) !== date)
    throw fail("invalid-cursor", "The cursor is not one of this list");
  return { pk, sk: `${DAY}${after}` };
};

export const dynamoReader = (TableName: string, client: DynamoDBDocumentClient): ForecastReader => {
  const get = async (pk: string, sk: string) =>
    (await client.send(new GetCommand({ TableName, Key: { pk, sk } }))).Item;

  return {
    latest: async (id) => {
      const item = await get(`LOC#${id}`, "LATEST");
      return item && v.parse(LatestItem, item);
    },

    steps: async (id, { provider, issuedAt }) => {
      const item = await get(`LOC#${id}`, `FC#${provider}#${issuedAt}`);
      if (item === undefined) return []; // older than the table keeps steps
      return v.parse(v.array(Step), JSON.parse(gunzipSync(v.parse(IssueItem, item).steps).toString()));
    },

    history: async (id, { validDate, limit, after }) => {
      const pk = `LOC#${id}`;
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
          ExpressionAttributeValues: { ":pk": pk, ":prefix": validDate === undefined ? DAY : `${DAY}${validDate}#` },
          Limit: limit + 1,
          ...(after !== undefined && { ExclusiveStartKey: startOf(pk, after, validDate) }),
        }),
      );
      const rows = Items.slice(0, limit).map((item) => v.parse(DayItem, item));
      const last = rows.at(-1);
      return { rows, next: last && Items.length > limit ? `${last.date}#${last.issuedAt}` : undefined };
    },

    run: (runId) => readRun(TableName, client, runId),
  };
};
