// TransactWriteItems and TransactGetItems: all of it or nothing, in one commit of the store.
import { textOf } from "./parameters.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action, Call } from "../gateway/service.ts";
import { readUnits, reportAll, writeCost, type Bill, type Consumed } from "./capacity.ts";
import { checkCondition, performNow } from "./engine.ts";
import { writeUnits } from "./indexes.ts";
import { refuseMetrics, withCapacity } from "./item-actions.ts";
import type { Item } from "./item.ts";
import { MAX_CLIENT_TOKEN_LENGTH } from "./limits.ts";
import type { Locks } from "./locks.ts";
import { openSession, type Session } from "./session.ts";
import { invalid } from "./table-definition.ts";
import type { Tables } from "./tables.ts";
import type { Tokens } from "./tokens.ts";
import { fingerprint, readParts, type Part } from "./transact-request.ts";

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

const NONE: Reason = { Code: "None" };

const cancelled = (reasons: readonly Reason[]): AwsError =>
  new AwsError(
    "TransactionCanceledException",
    400,
    "Transaction cancelled, please refer cancellation reasons for specific reasons " +
      `[${reasons.map(({ Code }) => Code).join(", ")}]`,
    { CancellationReasons: reasons },
  );

const REASON_CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  ValidationException: "ValidationError",
  TransactionConflictException: "TransactionConflict",
};

/** Why one element cancels its transaction; errors that no reason can carry are thrown on. */
const reasonOf = (error: unknown, item?: Item): Reason => {
  const Code = error instanceof AwsError ? REASON_CODES[error.code] : undefined;
  if (!(error instanceof AwsError) || Code === undefined) throw error;
  return { Code, Message: error.message, ...(item !== undefined && { Item: item }) };
};

const throwReasons = (reasons: readonly Reason[]): void => {
  if (reasons.some(({ Code }) => Code !== "None")) throw cancelled(reasons);
};

/** Until it is answered a transaction is under way: other requests get a turn to meet it, and conflict, as on AWS. */
const oneTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export interface TransactionPorts {
  readonly locks: Locks;
  readonly tokens: Tokens;
  readonly bill: Bill;
}

export const transactionActions = (
  tables: Tables,
  { locks, tokens, bill }: TransactionPorts,
): Readonly<Record<string, Action>> => {
  const conflicts = (parts: readonly Part[]): void =>
    throwReasons(
      parts.map(({ table, key }) => {
        if (typeof key !== "string") return reasonOf(key);
        if (!locks.isHeld(table, key)) return NONE;
        return { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };
      }),
    );

  const apply = (part: Part, session: Session): readonly Consumed[] => {
    if (part.kind === "ConditionCheck") {
      const item = tables.items.get(part.table, String(part.key));
      checkCondition(part.data, item);
      return [{ table: part.table, units: 2 * (item === undefined ? 1 : writeUnits(item)) }];
    }
    const action = part.kind === "Put" ? "putItem" : part.kind === "Update" ? "updateItem" : "deleteItem";
    performNow(action, session.store, part.data);
    const written = session.writes.at(-1);
    return written === undefined ? [{ table: part.table, units: 2 }] : writeCost(written, 2);
  };

  const applyAll = (parts: readonly Part[], traceId: string | undefined): readonly Consumed[] => {
    // The transaction itself holds the items: its own session looks past the locks.
    const session = openSession(tables, { ...locks, refuseWhenHeld: () => {} }, { traceId });
    const costs: Consumed[] = [];
    const reasons = parts.map((part): Reason => {
      const old = part.returnsOld ? tables.items.get(part.table, String(part.key)) : undefined;
      try {
        costs.push(...apply(part, session));
        return NONE;
      } catch (error) {
        const failed = error instanceof AwsError && error.code === "ConditionalCheckFailedException";
        return reasonOf(error, failed ? old : undefined);
      }
    });
    throwReasons(reasons);
    return costs;
  };

  const commit = async (parts: readonly Part[], call: Call, token: string): Promise<object> => {
    const { input, traceId } = call;
    conflicts(parts);
    const output = tables.transaction(() => {
      const costs = applyAll(parts, traceId);
      bill(call, "write-units", costs);
      const capacity = reportAll(input["ReturnConsumedCapacity"], costs, "WriteCapacityUnits");
      const answer = withCapacity({}, capacity);
      if (token !== "") tokens.record(token, fingerprint(input), answer);
      return answer;
    });
    const release = locks.hold(parts.map(({ table, key }) => ({ table, key: String(key) })));
    const finish = token === "" ? undefined : tokens.begin(token);
    await oneTurn();
    release();
    finish?.();
    return output;
  };

  return {
    TransactWriteItems: async (call) => {
      const { input } = call;
      refuseMetrics(input);
      const token = textOf(input["ClientRequestToken"]);
      if (token.length > MAX_CLIENT_TOKEN_LENGTH) {
        throw invalid(
          `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: ` +
            `Member must have length less than or equal to ${MAX_CLIENT_TOKEN_LENGTH}`,
        );
      }
      const parts = readParts(tables, input, ["ConditionCheck", "Put", "Update", "Delete"]);
      const replay = token === "" ? undefined : tokens.find(token, fingerprint(input));
      return replay ?? commit(parts, call, token);
    },
    TransactGetItems: (call) => {
      const { input } = call;
      const parts = readParts(tables, input, ["Get"]);
      conflicts(parts);
      const session = openSession(tables, locks);
      const found = parts.map(({ data }) => withCapacity(performNow("getItem", session.store, data), undefined));
      const costs = session.reads.map(({ table, item }) => ({ table, units: 2 * readUnits(item, true) }));
      bill(call, "read-units", costs);
      return withCapacity({ Responses: found }, reportAll(input["ReturnConsumedCapacity"], costs, "ReadCapacityUnits"));
    },
  };
};
