// A payment provider that moves no money, for the local cloud and tests. It keeps its charges in the orders' table, so
// that repeated calls meet them; a real one replaces this file alone.
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { held, itemThatRefused } from "./dynamo-client.ts";
import type { Charge, Payments } from "./payments.ts";

const chargeKey = ({ orderId, attempt }: Pick<Charge, "orderId" | "attempt">) => ({
  pk: `C#${orderId}`,
  sk: `C#${attempt}`,
});

/** `tok_ok` pays, `tok_timeout_then_ok` pays but answers only the second call, all others are declined. */
export const fakePayments = (table: string, client: DynamoDBDocumentClient): Payments => ({
  async charge({ token, amount, ...charge }) {
    const outcome = token === "tok_ok" || token === "tok_timeout_then_ok" ? "charged" : "declined";
    try {
      await client.send(
        new PutCommand({
          TableName: table,
          Item: { ...chargeKey(charge), outcome, amount },
          ConditionExpression: "attribute_not_exists(pk)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return token === "tok_timeout_then_ok" ? "no-answer" : outcome;
    } catch (error) {
      return itemThatRefused(error)["outcome"]?.S === "charged" ? "charged" : "declined";
    }
  },

  async refund(charge) {
    await held(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: chargeKey(charge),
          UpdateExpression: "SET refunded = :yes",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: { ":yes": true },
        }),
      ),
    );
    return "refunded";
  },
});
