import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type ApiKeyStore, isScope } from "./api-key.ts";
import { held } from "./dynamo-client.ts";

const keyOf = (id: string) => ({ pk: `K#${id}`, sk: "K" });

/** API keys in the table `links`, with an index by owner. */
export const dynamoApiKeys = (table: string, client: DynamoDBDocumentClient): ApiKeyStore => ({
  async find(id) {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id) }));
    if (Item === undefined) return undefined;
    const [sha256 = "", ownerId = "", createdAt = ""] = ["sha256", "ownerId", "createdAt"].map((name) =>
      String(Item[name]),
    );
    return { id, sha256, ownerId, scopes: [...(Item["scopes"] as Set<string>)].filter(isScope), createdAt };
  },
  async add({ id, scopes, ...key }) {
    const Item = {
      ...keyOf(id),
      gsi1pk: `OK#${key.ownerId}`,
      gsi1sk: `${key.createdAt}#${id}`,
      scopes: new Set(scopes),
      ...key,
    };
    return held(
      client.send(new PutCommand({ TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" })),
    );
  },
});
