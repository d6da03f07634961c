// ConsumedCapacity as DynamoDB reports it: whole units per item, half for eventually consistent reads, double in transactions.
import type { Call } from "../gateway/service.ts";
import type { Meter } from "../trace/meter.ts";
import { writeUnits } from "./indexes.ts";
import { itemBytes, type Item } from "./item.ts";
import { READ_UNIT_BYTES } from "./limits.ts";
import type { TableSchema } from "./schema.ts";
import type { ItemWrite } from "./session.ts";

export interface Consumed {
  readonly table: string;
  readonly tableUnits: number;
  readonly globalIndexes?: Readonly<Record<string, number>>;
  readonly localIndexes?: Readonly<Record<string, number>>;
}

export const bytesToReadUnits = (bytes: number, consistent: boolean): number =>
  Math.ceil(bytes / READ_UNIT_BYTES) * (consistent ? 1 : 0.5);

/** Units of reading one item; a missing one costs as much as the smallest. */
export const readUnits = (item: Item | undefined, consistent: boolean): number =>
  bytesToReadUnits(Math.max(1, item === undefined ? 1 : itemBytes(item)), consistent);

const isLocal = (schema: TableSchema, index: string): boolean =>
  schema.LocalSecondaryIndexes?.some(({ IndexName }) => IndexName === index) ?? false;

/** Units of one write: the larger of old and new item, and each change in an index. */
export const writeCost = ({ state, before, after, indexChanges }: ItemWrite, factor = 1): Consumed => {
  const globalIndexes: Record<string, number> = {};
  const localIndexes: Record<string, number> = {};
  for (const { index, units } of indexChanges) {
    (isLocal(state.schema, index) ? localIndexes : globalIndexes)[index] = units * factor;
  }
  const tableUnits = Math.max(...[before, after].map((item) => (item === undefined ? 1 : writeUnits(item)))) * factor;
  return { table: state.schema.TableName, tableUnits, globalIndexes, localIndexes };
};

const addUp = (a: Readonly<Record<string, number>> = {}, b: Readonly<Record<string, number>> = {}) => {
  const total: Record<string, number> = { ...a };
  for (const [index, units] of Object.entries(b)) total[index] = (total[index] ?? 0) + units;
  return total;
};

const perTable = (all: readonly Consumed[]): readonly Consumed[] => {
  const totals = new Map<string, Consumed>();
  for (const one of all) {
    const before = totals.get(one.table);
    totals.set(one.table, {
      table: one.table,
      tableUnits: (before?.tableUnits ?? 0) + one.tableUnits,
      globalIndexes: addUp(before?.globalIndexes, one.globalIndexes),
      localIndexes: addUp(before?.localIndexes, one.localIndexes),
    });
  }
  return [...totals.values()];
};

const total = (units: Readonly<Record<string, number>> = {}): number =>
  Object.values(units).reduce((sum, one) => sum + one, 0);

/** Transactions say which kind their units are, besides the sum. */
export type CapacityKind = "ReadCapacityUnits" | "WriteCapacityUnits";

const perIndex = (name: string, units: Readonly<Record<string, number>> = {}, kind?: CapacityKind): object => {
  const entries = Object.entries(units).map(([index, n]) => [index, { CapacityUnits: n, ...(kind && { [kind]: n }) }]);
  return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) };
};

/** Counts what AWS would bill for a call. */
export type Bill = (
  call: Pick<Call, "traceId">,
  unit: "read-units" | "write-units",
  consumed: readonly Consumed[],
) => void;

export const createBill =
  ({ add }: Meter): Bill =>
  ({ traceId }, unit, consumed) => {
    let amount = 0;
    for (const one of consumed) amount += one.tableUnits + total(one.globalIndexes) + total(one.localIndexes);
    add({ service: "dynamodb", unit, amount, ...(traceId !== undefined && { trace: traceId }) });
  };

const isAsked = (asked: unknown): boolean => asked === "TOTAL" || asked === "INDEXES";

/** The `ConsumedCapacity` of an answer about one table; undefined unless the caller asked for it. */
export const reportCapacity = (asked: unknown, consumed: Consumed, kind?: CapacityKind): object | undefined => {
  if (!isAsked(asked)) return undefined;
  const { table, tableUnits, globalIndexes, localIndexes } = consumed;
  const sum = tableUnits + total(globalIndexes) + total(localIndexes);
  return {
    TableName: table,
    CapacityUnits: sum,
    ...(kind && { [kind]: sum }),
    ...(asked === "INDEXES" && {
      Table: { CapacityUnits: tableUnits, ...(kind && { [kind]: tableUnits }) },
      ...perIndex("GlobalSecondaryIndexes", globalIndexes, kind),
      ...perIndex("LocalSecondaryIndexes", localIndexes, kind),
    }),
  };
};

/** The same for requests on several tables. */
export const reportAll = (asked: unknown, consumed: readonly Consumed[], kind?: CapacityKind): unknown =>
  isAsked(asked) ? perTable(consumed).map((one) => reportCapacity(asked, one, kind)) : undefined;
