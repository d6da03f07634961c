import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The one client of a function; made at start, outside the handler. */
export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** Whether the condition of a write held; any other error is thrown on. */
export const held = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    itemThatRefused(error);
    return false;
  }
};

type RawItem = Readonly<Record<string, AttributeValue>>;

/** The item that a failed condition has seen, as it came over the wire; any other error is thrown on. */
export const itemThatRefused = (error: unknown): RawItem => {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
  return (error as { Item?: RawItem }).Item ?? {}; // what the SDK gives this error
};
