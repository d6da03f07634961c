// GetItem, PutItem, UpdateItem, DeleteItem: one item, one turn, one commit.
import { textOf } from "./parameters.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Action, Input } from "../gateway/service.ts";
import { readUnits, reportCapacity, writeCost, type Bill } from "./capacity.ts";
import { check, performNow, type Checked, type Output } from "./engine.ts";
import { writeUnits } from "./indexes.ts";
import type { Locks } from "./locks.ts";
import { openSession } from "./session.ts";
import type { Tables } from "./tables.ts";

const ON_FAILURE = "ReturnValuesOnConditionCheckFailure";

/** Item collection metrics are not kept; asking for none is fine. */
export const refuseMetrics = (input: Input): void => {
  if (input["ReturnItemCollectionMetrics"] === "SIZE") throw unsupported("ReturnItemCollectionMetrics SIZE");
};

/** Whether the caller wants to see the item whose condition failed. */
export const wantsOldItem = (input: Input): boolean => {
  const value = input[ON_FAILURE] ?? "NONE";
  if (value === "ALL_OLD" || value === "NONE") return value === "ALL_OLD";
  throw new AwsError(
    "ValidationException",
    400,
    `1 validation error detected: Value '${textOf(value)}' at 'returnValuesOnConditionCheckFailure' failed to satisfy ` +
      "constraint: Member must satisfy enum value set: [ALL_OLD, NONE]",
  );
};

/** Takes ReturnConsumedCapacity out, so that dynalite does not compute what we compute. */
export const takeCapacityWish = (data: Checked): unknown => {
  const asked = data["ReturnConsumedCapacity"];
  delete data["ReturnConsumedCapacity"];
  return asked;
};

/** Sets ConsumedCapacity only when there is one: `undefined` members would change how answers compare. */
export const withCapacity = (output: Output, capacity: unknown): Output => {
  const { ConsumedCapacity: _dropped, ...rest } = output;
  return capacity === undefined ? rest : { ...rest, ConsumedCapacity: capacity };
};

export const itemActions = (tables: Tables, locks: Locks, bill: Bill): Readonly<Record<string, Action>> => {
  const write =
    (action: "putItem" | "updateItem" | "deleteItem"): Action =>
    (call) => {
      const { input, traceId } = call;
      const returnsOld = wantsOldItem(input);
      refuseMetrics(input);
      const data = check(action, input, [ON_FAILURE]);
      const asked = takeCapacityWish(data);
      const session = openSession(tables, locks, { traceId });
      try {
        const output = tables.transaction(() => performNow(action, session.store, data));
        const [written] = session.writes;
        const cost = written && writeCost(written);
        if (cost !== undefined) bill(call, "write-units", cost);
        return withCapacity(output, cost && reportCapacity(asked, cost));
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
        const item = session.reads[0]?.item;
        const table = String(data["TableName"]);
        // A condition that fails costs what writing the item that is there would.
        bill(call, "write-units", [{ table, units: item === undefined ? 1 : writeUnits(item) }]);
        if (!returnsOld || item === undefined) throw error;
        throw new AwsError(error.code, error.status, error.message, { Item: item });
      }
    };

  return {
    GetItem: (call) => {
      const { input } = call;
      const data = check("getItem", input);
      const asked = takeCapacityWish(data);
      const session = openSession(tables, locks);
      const output = performNow("getItem", session.store, data);
      const [read] = session.reads;
      if (read === undefined) return output;
      const cost = [{ table: read.table, units: readUnits(read.item, data["ConsistentRead"] === true) }];
      bill(call, "read-units", cost);
      return asked === undefined ? output : withCapacity(output, reportCapacity(asked, cost));
    },
    PutItem: write("putItem"),
    UpdateItem: write("updateItem"),
    DeleteItem: write("deleteItem"),
  };
};
