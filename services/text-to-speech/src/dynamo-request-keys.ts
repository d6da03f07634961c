// Idempotency-Keys of requests, in the service's own table.
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { dynamoIdempotency, type Idempotency, idempotency } from "@warmstart/middleware";

export const requestKeys = (client: DynamoDBDocumentClient, table: string): Idempotency =>
  idempotency({ store: dynamoIdempotency({ client, table, commands: { GetCommand, PutCommand, DeleteCommand } }) });
