import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, type BatchGetCommandOutput, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { transact } from "@warmstart/middleware";

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

/** Whether the condition of a write held. */
export const held = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    itemThatRefused(error);
    return false;
  }
};

/** Writes all or nothing; false when a condition failed. */
export const writeAll = async (
  client: DynamoDBDocumentClient,
  items: TransactWriteCommandInput["TransactItems"],
): Promise<boolean> =>
  (await transact(() => client.send(new TransactWriteCommand({ TransactItems: items })))) === undefined;

type Item = Record<string, unknown>;
type Options = {
  ConsistentRead?: boolean;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
};

/** The items of up to 100 keys, those that DynamoDB left out at first too. */
export const batchGet = async (
  client: DynamoDBDocumentClient,
  table: string,
  wanted: readonly Item[],
  options: Options,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let keys: Item[] = [...wanted]; keys.length > 0;) {
    const RequestItems = { [table]: { Keys: keys, ...options } };
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems }));
    items.push(...(answer.Responses?.[table] ?? []));
    keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
};
