// Query, Scan, BatchGetItem, BatchWriteItem: many items at once.
import { textOf } from "./parameters.ts";
import type { Action, Call } from "../gateway/service.ts";
import {
  bytesToReadUnits,
  indexOf,
  readUnits,
  reportAll,
  reportCapacity,
  writeCost,
  type Bill,
  type Consumed,
} from "./capacity.ts";
import { check, checkKey, itemKey, performNow, performRead, type Checked } from "./engine.ts";
import { refuseMetrics, takeCapacityWish, withCapacity } from "./item-actions.ts";
import type { Item } from "./item.ts";
import type { Locks } from "./locks.ts";
import { openSession, type Session } from "./session.ts";
import type { Tables } from "./tables.ts";

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

const startKeyOf = (data: Checked): Item | undefined => data["ExclusiveStartKey"] as Item | undefined; // checked

const readCost = (tables: Tables, session: Session, data: Checked, scanned: number): readonly Consumed[] => {
  const table = String(data["TableName"]);
  const index = textOf(data["IndexName"]) || undefined;
  const consistent = data["ConsistentRead"] === true;
  const bytes = session.rowBytes.slice(0, scanned).reduce((sum, one) => sum + one, 0);
  const units = Math.max(bytesToReadUnits(bytes, consistent), consistent ? 1 : 0.5); // an empty page costs the least
  if (index === undefined) return [{ table, units }];
  // Reads of whole items behind a local index, for attributes that it does not hold.
  const fetched = session.reads.slice(0, scanned).reduce((sum, { item }) => sum + readUnits(item, consistent), 0);
  return [
    { table, units: fetched },
    { table, units, index: indexOf(tables.find(table)?.schema, index) },
  ];
};

export const queryActions = (tables: Tables, locks: Locks, bill: Bill): Readonly<Record<string, Action>> => {
  const read = (action: "query" | "scan") => async (call: Call) => {
    const { input } = call;
    const data = check(action, input);
    const asked = takeCapacityWish(data);
    const session = openSession(tables, locks, { startKey: startKeyOf(data) });
    const output = await performRead(action, session.store, data);
    const cost = readCost(tables, session, data, Number(output["ScannedCount"]));
    bill(call, "read-units", cost);
    return withCapacity(output, reportCapacity(asked, cost));
  };

  /** Requests on items that a transaction is changing come back unprocessed, as they would on AWS. */
  const setConflictsAside = (requests: Record<string, readonly WriteRequest[]>) => {
    const aside: Record<string, WriteRequest[]> = {};
    for (const [table, list] of Object.entries(requests)) {
      const schema = tables.find(table)?.schema;
      if (schema === undefined) continue;
      const conflicts = list.filter(({ PutRequest, DeleteRequest }) => {
        const whole = PutRequest?.Item ?? DeleteRequest?.Key ?? {};
        const key = Object.fromEntries(
          schema.KeySchema.flatMap(({ AttributeName: a }) => (whole[a] === undefined ? [] : [[a, whole[a]]])),
        );
        checkKey(key, schema);
        return locks.isHeld(table, itemKey(key, schema));
      });
      if (conflicts.length === 0) continue;
      aside[table] = conflicts;
      requests[table] = list.filter((request) => !conflicts.includes(request));
    }
    return aside;
  };

  return {
    Query: read("query"),
    Scan: read("scan"),
    BatchGetItem: (call) => {
      const { input } = call;
      const data = check("batchGetItem", input);
      const asked = takeCapacityWish(data);
      const session = openSession(tables, locks);
      const output = performNow("batchGetItem", session.store, data);
      const requests = data["RequestItems"] as Record<string, { ConsistentRead?: boolean }>; // checked
      const costs = session.reads.map(({ table, item }) => {
        return { table, units: readUnits(item, requests[table]?.ConsistentRead === true) };
      });
      bill(call, "read-units", costs);
      return withCapacity(output, reportAll(asked, costs));
    },
    BatchWriteItem: (call) => {
      const { input, traceId } = call;
      refuseMetrics(input);
      const data = check("batchWriteItem", input);
      const asked = takeCapacityWish(data);
      const requests = data["RequestItems"] as Record<string, readonly WriteRequest[]>; // checked
      const aside = setConflictsAside(requests);
      const session = openSession(tables, locks, { traceId });
      const output = tables.transaction(() => performNow("batchWriteItem", session.store, data));
      const costs = session.writes.flatMap((write) => writeCost(write));
      bill(call, "write-units", costs);
      return withCapacity({ ...output, UnprocessedItems: aside }, reportAll(asked, costs));
    },
  };
};
