// Pages of products. The position in a list is its sort key alone; the rest of the key that a page starts at follows from it.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Item, Table } from "./dynamo-client.ts";
import { amountKey, categoryKey, stateKey, summaryOf } from "./dynamo-product-item.ts";
import { badRequest } from "./errors.ts";
import type { ByPrice, PageOf, ProductPage } from "./product.ts";
import type { Status } from "./product-schemas.ts";

/** Of an index: its items and, if there is more behind them, where they end. */
interface Found {
  readonly items: readonly Item[];
  readonly end: string | undefined;
}

interface Query {
  readonly index: "gsi1" | "gsi2";
  readonly partition: string;
  readonly descending: boolean;
  readonly limit: number;
  readonly after: string | undefined;
  /** Lowest and highest sort key. */
  readonly between?: readonly [string, string];
}

const position = (item: Item, index: Query["index"]): string => String(item[`${index}sk`]);

const POSITION = /^(?:\d{4}-\d\d-\d\dT[\d:.]{12}Z|\d{12})#(prd_[0-9A-HJKMNP-TV-Z]{26})$/;

/** The whole key after which a page goes on. A position that no item of this list can have is a made-up cursor. */
const startOf = ({ index, partition, after, between }: Query): Item | undefined => {
  if (after === undefined) return undefined;
  const id = POSITION.exec(after)?.[1];
  if (id === undefined || (between && (after < between[0] || after > between[1])))
    throw badRequest("invalid-cursor", "The cursor is not one of this list");
  return { pk: `P#${id}`, sk: "P", [`${index}pk`]: partition, [`${index}sk`]: after };
};

const find = async ({ name, client }: Table, query: Query): Promise<Found> => {
  const { index, partition, between, descending, limit } = query;
  const keys = between === undefined ? "" : ` AND ${index}sk BETWEEN :low AND :high`;
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: name,
      IndexName: index,
      KeyConditionExpression: `${index}pk = :partition${keys}`,
      ExpressionAttributeValues: { ":partition": partition, ":low": between?.[0], ":high": between?.[1] },
      ScanIndexForward: !descending,
      ExclusiveStartKey: startOf(query),
      Limit: limit + 1,
    }),
  );
  return { items: Items, end: LastEvaluatedKey && position(LastEvaluatedKey, index) };
};

/** A page, and its last position if there is more behind it: one item more than was asked for tells. */
const pageOf = ({ items, end }: Found, limit: number, index: Query["index"]): ProductPage => {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const next = last !== undefined && items.length > limit ? position(last, index) : end;
  return { products: shown.map(summaryOf), ...(next !== undefined && { next }) };
};

/** Lists of several states are merged, no further than each was read: DynamoDB ends a list at 1 MB. */
export const newest = async (
  table: Table,
  states: readonly Status[],
  { limit, after }: PageOf,
): Promise<ProductPage> => {
  const index = "gsi1";
  const query = { index, descending: true, limit, after } as const;
  const lists = await Promise.all(states.map((state) => find(table, { ...query, partition: stateKey(state) })));
  const [end] = lists.flatMap((list) => list.end ?? []).toSorted((a, b) => (a < b ? 1 : -1));
  const items = lists
    .flatMap((list) => list.items)
    .filter((item) => end === undefined || position(item, index) >= end)
    .toSorted((a, b) => (position(a, index) < position(b, index) ? 1 : -1));
  return pageOf({ items, end }, limit, index);
};

export const byPrice = async (table: Table, page: ByPrice): Promise<ProductPage> => {
  const { category, currency, descending, limit, after, min, max } = page;
  const partition = categoryKey(category, currency);
  // `~` sorts behind every id.
  const between = [amountKey(min), `${amountKey(max)}#~`] as const;
  return pageOf(await find(table, { index: "gsi2", partition, descending, limit, after, between }), limit, "gsi2");
};
