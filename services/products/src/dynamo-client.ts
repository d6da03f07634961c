// The one client of a function, and what refused its conditional writes.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { unavailable, wait } from "@warmstart/middleware";
import { unmarshall } from "@aws-sdk/util-dynamodb";

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

const MAX_TRIES = 5;
const PASSING = /^(?:TransactionConflict|ThrottlingError|ProvisionedThroughputExceeded)$/;

interface Reason {
  readonly Code?: string;
  readonly Item?: Wire;
}

/** Why each write of a transaction was cancelled; any other error is thrown on. */
const reasonsOf = (error: unknown): readonly Reason[] => {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") throw error;
  return (error as { CancellationReasons?: readonly Reason[] }).CancellationReasons ?? []; // DynamoDB's format
};

/** What a condition refused a write for: the item that it saw, or an empty one. */
const refusalOf = ({ Code, Item }: Reason, error: unknown): Item | undefined => {
  if (Code === "None") return undefined;
  if (Code !== "ConditionalCheckFailed") throw error;
  return Item === undefined ? {} : unmarshall(Item);
};

/**
 * Does all writes or none. Undefined when they are done; else, by index, the item that refused each write whose condition
 * did not hold. Conflicts with other transactions are tried again, then they are 503.
 */
export const transact = async (
  { client }: Table,
  TransactItems: NonNullable<TransactWriteCommandInput["TransactItems"]>,
): Promise<readonly (Item | undefined)[] | undefined> => {
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems }));
      return undefined;
    } catch (error) {
      const reasons = reasonsOf(error);
      // A condition that failed beside a conflict may have failed because of it.
      if (!reasons.some(({ Code = "" }) => PASSING.test(Code)))
        return reasons.map((reason) => refusalOf(reason, error));
      if (tries === MAX_TRIES) throw unavailable("Too many transactions want the same items", error);
    }
    await wait(0.02 + Math.random() * 0.38);
  }
};
