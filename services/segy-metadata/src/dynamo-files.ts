// One item per file, for the HTTP API; the index `newest` lists them by time.
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { notFound } from "@warmstart/middleware";
import { fail } from "./errors.ts";
import type { FileRecord, FileRecords, Problem, ScanRequest, Status, Summary } from "./files.ts";

/** Items are as this file and dynamo-runs.ts write them. */
export interface Item extends Partial<Summary> {
  readonly id: string;
  readonly status: Status;
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly createdAt: string;
  readonly listKey: string;
  /** Of the newest version that an event told of; padded. With it come `versionId`, `etag` and `scans`. */
  readonly sequencer?: string;
  readonly versionId?: string;
  readonly etag?: string;
  readonly scans?: number;
  readonly scanRequest?: ScanRequest;
  /** Sequencer of the version that `scanRequest` is about. */
  readonly requested?: string;
  /** Sequencer of the version that the summary is about. */
  readonly described?: string;
  readonly problem?: Problem;
  readonly done?: ReadonlySet<number>;
}

/** After so long a scan has met the end of its retries and may be asked for again. */
const STUCK_SECONDS = 6 * 3600;
/** A filtered list gives up filling a page after so many pages of DynamoDB. */
const MOST_QUERIES = 3;
export const LIST = "files";

export const openTable = (): DynamoDBDocument =>
  DynamoDBDocument.from(new DynamoDBClient(), { marshallOptions: { removeUndefinedValues: true } });

/** The item after the update; when its condition refused, what DynamoDB returned of the item before. */
export const update = async (
  table: DynamoDBDocument,
  input: UpdateCommandInput,
): Promise<{ readonly item: Item } | { readonly refused: ConditionalCheckFailedException["Item"] }> => {
  try {
    return { item: (await table.update({ ReturnValues: "ALL_NEW", ...input })).Attributes as unknown as Item };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { refused: error.Item };
    throw error;
  }
};

const recordOf = ({ sequencer, described, problem, ...item }: Item): FileRecord => {
  const { id, status, key, sizeBytes, createdAt, class: found, traces, confidence, worst } = item;
  const summary = { class: found, traces, confidence, worst } as Summary; // they come with `described`
  const isDescribed = described !== undefined && described === sequencer;
  return { id, status, key, sizeBytes, createdAt, ...(isDescribed && { summary }), ...(problem && { problem }) };
};

export const dynamoFiles = (TableName: string): FileRecords => {
  const table = openTable();

  const query = async (status: Status | undefined, from: string | undefined, limit: number) => {
    const { Items = [], LastEvaluatedKey } = await table.query({
      TableName,
      IndexName: "newest",
      KeyConditionExpression: "#list = :list",
      ExpressionAttributeNames: { "#list": "list", ...(status && { "#status": "status" }) },
      ExpressionAttributeValues: { ":list": LIST, ...(status && { ":status": status }) },
      ScanIndexForward: false,
      ...(status ? { FilterExpression: "#status = :status" } : { Limit: limit }),
      ...(from !== undefined && { ExclusiveStartKey: { id: from.split("#")[1], list: LIST, listKey: from } }),
    });
    return { items: Items as Item[], next: (LastEvaluatedKey as Item | undefined)?.listKey };
  };

  return {
    expect: async ({ id, ...rest }) => {
      const createdAt = new Date().toISOString();
      const Item = { id, ...rest, status: "pending", createdAt, list: LIST, listKey: `${createdAt}#${id}` };
      await table.put({ TableName, Item });
    },

    find: async (id) => {
      const { Item } = await table.get({ TableName, Key: { id }, ConsistentRead: true });
      return Item && recordOf(Item as Item);
    },

    page: async ({ limit, status, after }) => {
      const items: Item[] = [];
      let next = after;
      for (let queries = 0; queries < MOST_QUERIES; queries++) {
        const found = await query(status, next, limit);
        items.push(...found.items);
        next = found.next;
        if (items.length >= limit || next === undefined) break;
      }
      const shown = items.slice(0, limit);
      return { files: shown.map(recordOf), next: items.length > limit ? shown.at(-1)?.listKey : next };
    },

    requestScan: async (id, request) => {
      const marked = await update(table, {
        TableName,
        Key: { id },
        UpdateExpression:
          "SET #status = :pending, scanRequest = :request, requested = sequencer REMOVE problem ADD scans :one",
        ConditionExpression: "attribute_exists(sequencer) AND (#status <> :scanning OR startedAt < :stuck)",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":pending": "pending",
          ":scanning": "scanning",
          ":request": request,
          ":one": 1,
          ":stuck": new Date(Date.now() - STUCK_SECONDS * 1000).toISOString(),
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      if ("item" in marked) {
        const { bucket, key, versionId, etag = "", sizeBytes, sequencer = "" } = marked.item;
        return { bucket, key, versionId, etag, sizeBytes, sequencer };
      }
      const status = marked.refused?.["status"]?.S;
      if (status === undefined) throw notFound(`There is no file ${id}`);
      if (status === "pending") throw fail("not-ready", `The file ${id} is not there yet`);
      throw fail("scan-in-progress", `The file ${id} is being scanned`);
    },
  };
};
