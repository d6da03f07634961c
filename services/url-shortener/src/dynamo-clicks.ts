// Counters in the table `clicks`: one partition per link and birth, flat attributes, because ADD into a map fails while
// the map is absent. The watermark of a sandbox lies in the same table, so that it moves in the same transaction.
import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Bucket, ClickStore, Ranges } from "./count-clicks.ts";
import { batchGet, writeAll } from "./dynamo-client.ts";
import { bucketKey, type Counters, type StatsStore } from "./stats.ts";

type Item = Record<string, unknown>;

const WATERMARK_TTL_SECONDS = 21 * 86_400; // longer than the dead-letter queue keeps a batch

const watermarkKey = (sandbox: string): Item => ({ pk: `W#${sandbox}`, sk: "W" });
const bucketItemKey = ({ id, key }: { id: string; key: string }): Item => ({ pk: `C#${id}`, sk: key });

const addsOf = (table: string, bucket: Bucket) => {
  const counters = Object.entries(bucket.adds);
  const ttl = bucket.ttl === undefined ? undefined : "SET #ttl = :ttl ";
  return {
    Update: {
      TableName: table,
      Key: bucketItemKey(bucket),
      UpdateExpression: `${ttl ?? ""}ADD ${counters.map((_, i) => `#n${i} :n${i}`).join(", ")}`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(counters.map(([name], i) => [`#n${i}`, name])),
        ...(ttl !== undefined && { "#ttl": "ttl" }),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(counters.map(([, n], i) => [`:n${i}`, n])),
        ":ttl": bucket.ttl,
      },
    },
  };
};

export const dynamoClicks = (table: string, client: DynamoDBDocumentClient): ClickStore & StatsStore => {
  const readAll = (keys: readonly Item[]) => batchGet(client, table, keys, { ConsistentRead: true });

  const query = async (id: string, unit: "hour" | "day", from: number, to: number): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
          ExpressionAttributeValues: {
            ":pk": `C#${id}`,
            ":from": bucketKey(unit, from),
            ":to": bucketKey(unit, to - 1),
          },
          ExclusiveStartKey: start,
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  };

  return {
    async read(sandbox, days) {
      const items = await readAll([watermarkKey(sandbox), ...days.map(bucketItemKey)]);
      const known = items.map(({ pk, sk, ...counters }) => {
        const hosts = Object.keys(counters).filter((name) => /^r_[^*]/.test(name));
        return [`${String(pk).slice(2)} ${String(sk)}`, new Set(hosts.map((name) => name.slice(2)))] as const;
      });
      const watermark = items.find(({ sk }) => sk === "W");
      return {
        ...(watermark && {
          watermark: { ranges: watermark["ranges"] as Ranges, version: Number(watermark["version"]) }, // as commit wrote it
        }),
        referrers: new Map(known),
      };
    },

    async commit(sandbox, next, buckets) {
      const ttl = Math.floor(Date.now() / 1000) + WATERMARK_TTL_SECONDS;
      const first = next.version === 1;
      const watermark = {
        Put: {
          TableName: table,
          Item: { ...watermarkKey(sandbox), ...next, ttl },
          ConditionExpression: first ? "attribute_not_exists(pk)" : "version = :before",
          ...(!first && { ExpressionAttributeValues: { ":before": next.version - 1 } }),
        },
      };
      return writeAll(client, [watermark, ...buckets.map((bucket) => addsOf(table, bucket))]);
    },

    async counters(id, { unit, from, to }) {
      const [all, days, hours] = await Promise.all([
        readAll([bucketItemKey({ id, key: "T" })]),
        query(id, "day", from, to),
        unit === "hour" ? query(id, "hour", from, to) : [],
      ]);
      const items = [...all, ...days, ...hours];
      return new Map(items.map(({ pk: _pk, sk, ttl: _ttl, ...counters }) => [String(sk), counters as Counters])); // all else is numbers
    },
  };
};
