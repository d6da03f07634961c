import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

/** The one client of a function; made at start, outside the handler. */
export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** The item that a failed condition has seen, if it was asked for and there is one; any other error is thrown on. */
export const itemThatRefused = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
  // The document client leaves the items of errors as they came over the wire.
  const { Item } = error as { Item?: Parameters<typeof unmarshall>[0] };
  return Item === undefined ? {} : unmarshall(Item);
};
