// Transactions of DynamoDB, tried again where that helps.
import { unavailable } from "../errors/makers.ts";
import { wait } from "../trigger/wait.ts";

/** Why one write of a cancelled transaction was refused; `None` when it was not. `Item` is as it came over the wire. */
export interface CancellationReason {
  readonly Code?: string;
  readonly Item?: Readonly<Record<string, unknown>>;
}

const PASSING = /^(?:TransactionConflict|ThrottlingError|ProvisionedThroughputExceeded)$/;
const MAX_TRIES = 5;

const reasonsOf = (error: unknown): readonly CancellationReason[] => {
  if (!(error instanceof Error) || error.name !== "TransactionCanceledException") throw error;
  return (error as { CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? []; // the SDK's own
};

/**
 * Runs a TransactWriteItems, which the SDK does not repeat: up to five times while another transaction is in its way,
 * then 503. Undefined when all was written; when a condition failed, the reasons in the order of the writes.
 */
export const transact = async (write: () => Promise<unknown>): Promise<readonly CancellationReason[] | undefined> => {
  for (let tries = 1; ; tries++) {
    try {
      await write();
      return undefined;
    } catch (error) {
      const reasons = reasonsOf(error);
      const isRefused = reasons.some(({ Code }) => Code === "ConditionalCheckFailed");
      const isPassing = reasons.some(({ Code = "" }) => PASSING.test(Code));
      // A condition that failed beside a conflict may have failed for what the other transaction has half done.
      if (isRefused && (!isPassing || tries === MAX_TRIES)) return reasons;
      if (!isPassing) throw error;
      if (tries === MAX_TRIES) throw unavailable("Other transactions were in the way", error);
    }
    await wait(0.02 + Math.random() * 0.38); // full jitter, 20 to 400 ms
  }
};
