import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The one client of a function; made at start, outside the handler. */
export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** The item that a failed condition has seen; any other error is thrown on. */
export const itemThatRefused = (error: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
  return "Item" in error ? (error.Item as Record<string, unknown>) : undefined; // unmarshalled by the document client
};
