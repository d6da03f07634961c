// The whole table of a test's service, to compare what different nights have left.
import { isDeepStrictEqual } from "node:util";
import type { Item, Weather } from "./open-weather.ts";

/** By `pk sk`, in their order. */
export type Table = Readonly<Record<string, Item>>;

const text = (item: Item, name: string): string => String(item[name]?.["S"]);

export const readTable = async ({ app, cloud }: Weather): Promise<Table> => {
  const items: Item[] = [];
  let page: { readonly Items?: Item[]; readonly LastEvaluatedKey?: Item } = {};
  do {
    const more = page.LastEvaluatedKey && { ExclusiveStartKey: page.LastEvaluatedKey };
    page = await cloud.call("dynamodb", "DynamoDB_20120810.Scan", {
      TableName: app.resource("ForecastsTable"),
      ...more,
    });
    items.push(...(page.Items ?? []));
  } while (page.LastEvaluatedKey);
  const byKey = items.map((item): [string, Item] => [`${text(item, "pk")} ${text(item, "sk")}`, item]);
  return Object.fromEntries(byKey.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Keys of items that are in only one of them, or differ. */
export const differences = (before: Table, after: Table): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );

/** When something was asked or planned: a later try has another time, and learns the same. */
const TIMES = ["fetchedAt", "expires", "plannedAt", "checkedAt", "nextAllowedAt"];

const withoutTimes = (name: string, value: unknown): unknown => (TIMES.includes(name) ? undefined : value);

/** Without what depends on when providers were asked. */
export const timeless = (table: Table): Table => {
  const entries = Object.entries(table).map(([key, item]): [string, Item] => {
    const { expiresAt, ...kept } = item;
    // Of a result it counts from when it was written; of an issue from that.
    return [key, key.startsWith("RUN#") || expiresAt === undefined ? kept : item];
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)), withoutTimes) as Table; // as it was
};
