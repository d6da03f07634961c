import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The one client of a function; made at start, outside the handler. */
export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** The `status` of the item that a failed condition has seen, if there is one; any other error is thrown on. */
export const statusThatRefused = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
  // The document client leaves the items of errors as they came over the wire.
  const { Item } = error as { Item?: Readonly<Record<string, { readonly S?: string }>> };
  return Item?.["status"]?.S;
};
