// Checksums in the table, one item per key.
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ChecksumStore } from "./checksum.ts";

export const dynamoChecksums = (TableName: string, client: DynamoDBDocumentClient): ChecksumStore => ({
  put: async ({ key, ...checksum }) => {
    const put = new PutCommand({
      TableName,
      Item: { pk: `OBJECT#${key}`, sk: "CHECKSUM", ...checksum },
      ConditionExpression: "attribute_not_exists(pk) OR sequencer <= :sequencer",
      ExpressionAttributeValues: { ":sequencer": checksum.sequencer },
    });
    try {
      await client.send(put);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },
});
