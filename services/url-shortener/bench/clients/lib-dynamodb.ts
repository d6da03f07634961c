// The redirect's port on the bundled document client, as the other functions use it: the measure of the comparison.
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { RedirectLinks } from "../../src/aws-get-link.ts";
import { documentClient } from "../../src/dynamo-client.ts";
import { linkKey, TAKE_A_USE } from "../../src/taking-a-use.ts";

export const awsLinks = (table: string): RedirectLinks => {
  const client = documentClient();
  return {
    async get(code) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: linkKey(code) }));
      return Item === undefined ? undefined : ({ ...Item, code } as never);
    },
    async use({ code, createdAt }) {
      const ExpressionAttributeValues = { ":one": 1, ":createdAt": createdAt };
      await client.send(
        new UpdateCommand({ TableName: table, Key: linkKey(code), ...TAKE_A_USE, ExpressionAttributeValues }),
      );
      return true;
    },
  };
};
