// ConsumedCapacity as DynamoDB reports it: whole units per item, half for eventually consistent reads, double in transactions.
import type { Call } from "../gateway/service.ts";
import type { Meter } from "../trace/meter.ts";
import { writeUnits } from "./indexes.ts";
import { itemBytes, type Item } from "./item.ts";
import { READ_UNIT_BYTES } from "./limits.ts";
import type { TableSchema } from "./schema.ts";
import type { ItemWrite } from "./session.ts";

/** Units of a table, or of one of its indexes. */
export interface Consumed {
  readonly table: string;
  readonly units: number;
  readonly index?: { readonly name: string; readonly local: boolean };
}

export const bytesToReadUnits = (bytes: number, consistent: boolean): number =>
  Math.ceil(bytes / READ_UNIT_BYTES) * (consistent ? 1 : 0.5);

/** Units of reading one item; a missing one costs as much as the smallest. */
export const readUnits = (item: Item | undefined, consistent: boolean): number =>
  bytesToReadUnits(Math.max(1, item === undefined ? 1 : itemBytes(item)), consistent);

export const indexOf = (schema: TableSchema | undefined, name: string): NonNullable<Consumed["index"]> => ({
  name,
  local: schema?.LocalSecondaryIndexes?.some(({ IndexName }) => IndexName === name) ?? false,
});

/** Units of one write: the larger of old and new item, and each change in an index. */
export const writeCost = (
  { state: { schema }, before, after, indexChanges }: ItemWrite,
  factor = 1,
): readonly Consumed[] => {
  const table = schema.TableName;
  const units = Math.max(...[before, after].map((item) => (item === undefined ? 1 : writeUnits(item)))) * factor;
  const changed = indexChanges.map((change) => {
    return { table, units: change.units * factor, index: indexOf(schema, change.index) };
  });
  return [{ table, units }, ...changed];
};

/** Transactions say which kind their units are, besides the sum. */
type Kind = "ReadCapacityUnits" | "WriteCapacityUnits";

const sum = (consumed: readonly Consumed[]): number => consumed.reduce((total, { units }) => total + units, 0);

/** Counts what AWS would bill for a call. */
export type Bill = (
  call: Pick<Call, "traceId">,
  unit: "read-units" | "write-units",
  consumed: readonly Consumed[],
) => void;

export const createBill =
  ({ add }: Meter): Bill =>
  ({ traceId }, unit, consumed) =>
    add({ service: "dynamodb", unit, amount: sum(consumed), ...(traceId !== undefined && { trace: traceId }) });

const amounts = (consumed: readonly Consumed[], kind?: Kind): object => {
  const units = sum(consumed);
  return { CapacityUnits: units, ...(kind && { [kind]: units }) };
};

const perIndex = (consumed: readonly Consumed[], local: boolean, kind?: Kind): object | undefined => {
  const own = Map.groupBy(consumed, ({ index }) => (index?.local === local ? index.name : undefined));
  const entries = [...own].flatMap(([name, all]) => (name === undefined ? [] : [[name, amounts(all, kind)]]));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

const isAsked = (asked: unknown): boolean => asked === "TOTAL" || asked === "INDEXES";

/** The `ConsumedCapacity` of an answer about one table; undefined unless the caller asked for it. */
export const reportCapacity = (asked: unknown, consumed: readonly Consumed[], kind?: Kind): object | undefined => {
  if (!isAsked(asked)) return undefined;
  const inTable = consumed.filter(({ index }) => index === undefined);
  return {
    TableName: consumed[0]?.table,
    ...amounts(consumed, kind),
    ...(asked === "INDEXES" && {
      Table: amounts(inTable, kind),
      GlobalSecondaryIndexes: perIndex(consumed, false, kind),
      LocalSecondaryIndexes: perIndex(consumed, true, kind),
    }),
  };
};

/** The same for requests on several tables. */
export const reportAll = (asked: unknown, consumed: readonly Consumed[], kind?: Kind): unknown => {
  const tables = Map.groupBy(consumed, ({ table }) => table);
  return isAsked(asked) ? [...tables.values()].map((one) => reportCapacity(asked, one, kind)) : undefined;
};
