// API keys in the table `links`: an item per key, with an index by owner, and one per owner that counts them.
import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type ApiKey, type ApiKeyStore, isScope } from "./api-key.ts";
import { writeAll } from "./dynamo-client.ts";

const keyOf = (id: string) => ({ pk: `K#${id}`, sk: "K" });

const apiKeyOf = ({
  pk,
  sk: _sk,
  gsi1pk: _owner,
  gsi1sk: _position,
  scopes,
  ...fields
}: Readonly<Record<string, unknown>>): ApiKey => {
  const granted = scopes instanceof Set ? [...scopes].map(String).filter(isScope) : [];
  return { ...fields, id: String(pk).slice(2), scopes: granted } as unknown as ApiKey; // what add wrote
};

export const dynamoApiKeys = (table: string, client: DynamoDBDocumentClient): ApiKeyStore => {
  const count = (ownerId: string, by: 1 | -1, most?: number) => ({
    Update: {
      TableName: table,
      Key: { pk: `OK#${ownerId}`, sk: "N" },
      UpdateExpression: "ADD n :by",
      ...(most !== undefined && { ConditionExpression: "attribute_not_exists(n) OR n < :most" }),
      ExpressionAttributeValues: { ":by": by, ":most": most },
    },
  });

  return {
    async find(id) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id) }));
      return Item && apiKeyOf(Item);
    },

    async add({ id, scopes, ...key }, most) {
      const index = { gsi1pk: `OK#${key.ownerId}`, gsi1sk: `${key.createdAt}#${id}` };
      const Item = { ...keyOf(id), ...index, scopes: new Set(scopes), ...key };
      const put = { Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" } };
      return writeAll(client, [count(key.ownerId, 1, most), put]);
    },

    async list(ownerId) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "gsi1",
          KeyConditionExpression: "gsi1pk = :owner",
          ExpressionAttributeValues: { ":owner": `OK#${ownerId}` },
          ScanIndexForward: false,
        }),
      );
      return Items.map(apiKeyOf);
    },

    remove(id, ownerId) {
      const own = { ConditionExpression: "ownerId = :owner", ExpressionAttributeValues: { ":owner": ownerId } };
      return writeAll(client, [{ Delete: { TableName: table, Key: keyOf(id), ...own } }, count(ownerId, -1)]);
    },
  };
};
