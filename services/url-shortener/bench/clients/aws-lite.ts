// The redirect's port on @aws-lite, for the comparison only.
import awsLite from "@aws-lite/client";
// @ts-expect-error -- has no types of its own
import dynamodb from "@aws-lite/dynamodb";
import type { RedirectLinks } from "../../src/aws-get-link.ts";
import { linkKey, TAKE_A_USE } from "../../src/taking-a-use.ts";

type Call = (input: object) => Promise<{ Item?: object }>;

export const awsLinks = (table: string): RedirectLinks => {
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- its types come in a package of their own
  const client = awsLite({
    plugins: [dynamodb],
    region: process.env["AWS_REGION"] ?? "us-east-1",
    endpoint: process.env["AWS_ENDPOINT_URL"],
    keepAlive: true,
    autoloadPlugins: false,
  } as never) as unknown as Promise<{ DynamoDB: { GetItem: Call; UpdateItem: Call } }>;
  return {
    async get(code) {
      const { DynamoDB } = await client;
      const { Item } = await DynamoDB.GetItem({ TableName: table, Key: linkKey(code) });
      return Item === undefined ? undefined : ({ ...Item, code } as never);
    },
    async use({ code, createdAt }) {
      const { DynamoDB } = await client;
      const ExpressionAttributeValues = { ":one": 1, ":createdAt": createdAt };
      await DynamoDB.UpdateItem({ TableName: table, Key: linkKey(code), ...TAKE_A_USE, ExpressionAttributeValues });
      return true;
    },
  };
};
