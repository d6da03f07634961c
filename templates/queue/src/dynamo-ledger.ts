// Accounts in the table: an item for the balance, and one for each entry, which keeps it from being added again.
import { type DynamoDBDocumentClient, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { transact } from "@warmstart/middleware";
import type { Entry, Ledger } from "./entry.ts";

const writesOf = (TableName: string, { id, account, amountCents }: Entry) => {
  const pk = `ACCOUNT#${account}`;
  return [
    {
      Put: {
        TableName,
        Item: { pk, sk: `ENTRY#${id}`, amountCents },
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      },
    },
    {
      Update: {
        TableName,
        Key: { pk, sk: "BALANCE" },
        UpdateExpression: "ADD balanceCents :amount",
        ExpressionAttributeValues: { ":amount": amountCents },
      },
    },
  ];
};

interface Stored {
  readonly amountCents: { readonly N: string };
}

export const dynamoLedger = (TableName: string, client: DynamoDBDocumentClient): Ledger => ({
  add: async (entry) => {
    const TransactItems = writesOf(TableName, entry);
    const refused = await transact(() => client.send(new TransactWriteCommand({ TransactItems })));
    const [put] = refused ?? [];
    if (put === undefined) return "added";
    const { amountCents } = put.Item as unknown as Stored; // only the Put has a condition
    return { amountCents: Number(amountCents.N) };
  },
});
