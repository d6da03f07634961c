// Uploads and images in one table, `upload#…` and `image#…`; the index `newest` lists finished images by time.
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import type { ImageList } from "./images.ts";
import type { ImageRecords } from "./resize.ts";
import type { UploadRecords, UploadState } from "./upload.ts";
import type { Manifest } from "./variants.ts";

/** An upload that nobody used is forgotten after a week. */
const UNUSED_SECONDS = 7 * 24 * 3600;

/** Items are as this file wrote them. */
interface Stored {
  readonly state?: UploadState;
  readonly sequencer?: { readonly S: string };
  readonly manifest?: Manifest;
  readonly createdAt: string;
  readonly listKey?: string;
}

const conditionFailed = (error: unknown): Stored => {
  if (error instanceof ConditionalCheckFailedException) return error.Item as unknown as Stored;
  throw error;
};

export const dynamoImages = (TableName: string): UploadRecords & ImageRecords & ImageList => {
  const table = DynamoDBDocument.from(new DynamoDBClient());
  const upload = (id: string) => ({ TableName, Key: { pk: `upload#${id}` } });
  const image = (id: string) => ({ TableName, Key: { pk: `image#${id}` } });
  const named = { "#state": "state" };

  return {
    expect: async (id, { fileName, contentType }) => {
      const ttl = Math.floor(Date.now() / 1000) + UNUSED_SECONDS;
      const Item = { pk: `upload#${id}`, state: { status: "waiting" }, fileName, contentType, ttl };
      await table.put({ TableName, Item });
    },

    state: async (id) => ((await table.get(upload(id))).Item as Stored | undefined)?.state,

    begin: async (id, sequencer) => {
      const begin = table.update({
        ...upload(id),
        UpdateExpression: "SET #state = :processing, sequencer = :this REMOVE #ttl",
        // Sequencers are hexadecimal and compare as if the shorter had zeros on the right, which is how text compares.
        ConditionExpression: `attribute_not_exists(sequencer) OR sequencer < :this
          OR (sequencer = :this AND NOT #state.#status IN (:done, :rejected))`,
        ExpressionAttributeNames: { ...named, "#status": "status", "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":this": sequencer,
          ":processing": { status: "processing" },
          ":done": "done",
          ":rejected": "rejected",
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      const refused = await begin.then(() => undefined, conditionFailed);
      if (!refused) return "begun";
      return refused.sequencer?.S === sequencer ? "repeated" : "superseded";
    },

    end: async (id, sequencer, state) => {
      const end = table.update({
        ...upload(id),
        UpdateExpression: "SET #state = :state",
        ConditionExpression: "sequencer = :this",
        ExpressionAttributeNames: named,
        ExpressionAttributeValues: { ":this": sequencer, ":state": state },
      });
      await end.catch(conditionFailed); // a newer event has begun: it decides
    },

    find: async (id) =>
      ((await table.get({ ...image(id), ConsistentRead: true })).Item as Stored | undefined)?.manifest,

    claim: async (id, now) => {
      const { Attributes } = await table.update({
        ...image(id),
        UpdateExpression: "SET createdAt = if_not_exists(createdAt, :now)",
        ExpressionAttributeValues: { ":now": now },
        ReturnValues: "ALL_NEW",
      });
      return (Attributes as unknown as Stored).createdAt;
    },

    publish: async (manifest) => {
      await table.update({
        ...image(manifest.id),
        UpdateExpression: "SET manifest = :manifest, #list = :list, listKey = :key",
        ExpressionAttributeNames: { "#list": "list" },
        ExpressionAttributeValues: {
          ":manifest": manifest,
          ":list": "images",
          ":key": `${manifest.createdAt}#${manifest.id}`,
        },
      });
    },

    page: async (limit, after) => {
      const from = after && { pk: `image#${after.split("#")[1] ?? ""}`, list: "images", listKey: after };
      const { Items = [], LastEvaluatedKey } = await table.query({
        TableName,
        IndexName: "newest",
        KeyConditionExpression: "#list = :list",
        ExpressionAttributeNames: { "#list": "list" },
        ExpressionAttributeValues: { ":list": "images" },
        ScanIndexForward: false,
        Limit: limit,
        ...(from && { ExclusiveStartKey: from }),
      });
      const images = (Items as Stored[]).flatMap(({ manifest }) => (manifest ? [manifest] : []));
      return { images, next: (LastEvaluatedKey as Stored | undefined)?.listKey };
    },
  };
};
