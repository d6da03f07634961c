import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { unavailable, wait } from "@warmstart/middleware";

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

const TRIES = 5;
/** Full jitter. */
const conflictDelay = (): number => 0.02 + Math.random() * 0.38;

const reasonsOf = (error: unknown): readonly string[] => {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") throw error;
  const { CancellationReasons = [] } = error as { CancellationReasons?: readonly { Code?: string }[] }; // the SDK's
  return CancellationReasons.map(({ Code = "None" }) => Code);
};

/** Whether all conditions of a transaction held. Conflicts with other transactions are tried again. */
export const transact = async (
  client: DynamoDBDocumentClient,
  TransactItems: TransactWriteCommandInput["TransactItems"],
): Promise<boolean> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems }));
      return true;
    } catch (error) {
      const reasons = reasonsOf(error);
      // A condition that failed beside a conflict may have failed because of it.
      const isConflict = reasons.includes("TransactionConflict");
      if (!isConflict && reasons.includes("ConditionalCheckFailed")) return false;
      if (!isConflict) throw error;
      if (attempt === TRIES) throw unavailable("Too many transactions want the same order", error);
      await wait(conflictDelay());
    }
  }
};
