// The one client of a function, and what refused its conditional writes.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { transact as inTransaction } from "@warmstart/middleware";

export type Item = Readonly<Record<string, unknown>>;
type Wire = Parameters<typeof unmarshall>[0];

/** The table and the client to reach it. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
}

/** Made at start, outside the handler. */
export const tableOf = (name: string): Table => ({
  name,
  client: DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } }),
});

/** The item that a failed condition has seen, or an empty one; any other error is thrown on. */
export const itemThatRefused = (error: unknown): Item => {
  if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
  // The document client leaves the items of errors as they came over the wire.
  const { Item } = error as { Item?: Wire };
  return Item === undefined ? {} : unmarshall(Item);
};

/**
 * Does all writes or none. Undefined when they are done; else, by index, the item that refused each write whose condition
 * did not hold.
 */
export const transact = async (
  { client }: Table,
  TransactItems: NonNullable<TransactWriteCommandInput["TransactItems"]>,
): Promise<readonly (Item | undefined)[] | undefined> => {
  // A command each time: its token would make DynamoDB answer a second try with the success of the first.
  const reasons = await inTransaction(() => client.send(new TransactWriteCommand({ TransactItems })));
  return reasons?.map(({ Code, Item }) =>
    Code === "ConditionalCheckFailed" ? unmarshall((Item ?? {}) as Wire) : undefined,
  );
};
