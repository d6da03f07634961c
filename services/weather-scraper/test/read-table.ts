// The whole table of a test's service, to compare what different nights have left.
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
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );

/** Of when it was asked, which a later try changes: the rest is what was learned. */
const OF_THE_ASKING = ["fetchedAt", "expires", "plannedAt"];

/** Without what depends on when providers were asked. */
export const timeless = (table: Table): Table =>
  Object.fromEntries(
    Object.entries(table).map(([key, item]) => {
      const isResult = key.startsWith("RUN#");
      const kept = Object.entries(item).filter(
        ([name]) => !OF_THE_ASKING.includes(name) && !(isResult && name === "expiresAt"),
      );
      return [key, Object.fromEntries(kept)];
    }),
  );
