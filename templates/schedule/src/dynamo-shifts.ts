// Shifts in the table, by their date.
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ShiftStore } from "./rotation.ts";

export const dynamoShifts = (TableName: string, client: DynamoDBDocumentClient): ShiftStore => ({
  add: async ({ date, onCall }) => {
    const Item = { pk: "SHIFT", sk: date, onCall };
    try {
      await client.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },
});
