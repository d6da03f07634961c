// Idempotency keys in DynamoDB.
import { ifHolds, type ItemCommands, type TableAccess } from "./document-client.ts";
import type { IdempotencyRecord, IdempotencyStore } from "./store.ts";

const keyOf = (id: string): { pk: string; sk: string } => ({ pk: id, sk: "I" });

/**
 * Records as items of the service's own table (`pk` = id, `sk` = `I`):
 * `dynamoIdempotency({ client, table, commands: { GetCommand, PutCommand, DeleteCommand } })`.
 * A replay costs one consistent read and no write.
 */
export const dynamoIdempotency = ({ client, table, commands }: TableAccess<ItemCommands>): IdempotencyStore => {
  const { GetCommand, PutCommand, DeleteCommand } = commands;
  return {
    read: async (id) => {
      const answer = await client.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
      return (answer as { Item?: IdempotencyRecord }).Item; // written below, by nobody else
    },
    write: async (id, record, replacing) =>
      ifHolds(
        client,
        new PutCommand({
          TableName: table,
          Item: { ...withoutUndefined(record), ...keyOf(id) },
          ...(replacing === undefined
            ? { ConditionExpression: "attribute_not_exists(pk)" }
            : { ConditionExpression: "leaseUntil = :lease", ExpressionAttributeValues: { ":lease": replacing } }),
        }),
      ),
    remove: async (id, leaseUntil) => {
      await ifHolds(
        client,
        new DeleteCommand({
          TableName: table,
          Key: keyOf(id),
          ConditionExpression: "leaseUntil = :lease",
          ExpressionAttributeValues: { ":lease": leaseUntil },
        }),
      );
    },
  };
};

// DynamoDB has no undefined; the document client refuses it unless told otherwise.
const withoutUndefined = (record: IdempotencyRecord): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
