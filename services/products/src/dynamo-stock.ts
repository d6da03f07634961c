// Stock in the table of products: an item apart from its product, so that price edits and reservations do not meet; and
// its adjustments, which are audit trail and idempotency in one.
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, type Table, transact } from "./dynamo-client.ts";
import type { ProductId } from "./product-id.ts";
import type { Adjustment, StockStore } from "./stock.ts";

export const stockKey = (id: ProductId): { pk: string; sk: string } => ({ pk: `P#${id}`, sk: "STOCK" });

const adjustmentItem = ({ id, ...adjustment }: Adjustment): Item => ({
  pk: `P#${adjustment.productId}`,
  sk: `ADJ#${id}`,
  ...adjustment,
});

const adjustmentOf = ({ pk: _pk, sk, ...adjustment }: Item): Adjustment =>
  ({ id: String(sk).slice("ADJ#".length), ...adjustment }) as Adjustment; // what adjustmentItem wrote

/** The write of an adjustment, for a transaction that changes the stock by as much. */
export const putAdjustment = (table: Table, adjustment: Adjustment) => ({
  Put: {
    TableName: table.name,
    Item: adjustmentItem(adjustment),
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  },
});

export const dynamoStock = (table: Table): StockStore => ({
  async get(id) {
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: stockKey(id) }));
    return Item && { available: Number(Item["available"]), reserved: Number(Item["reserved"]) };
  },

  async adjust(adjustment) {
    const { productId, delta } = adjustment;
    const update = {
      TableName: table.name,
      Key: stockKey(productId),
      UpdateExpression: "SET available = available + :delta",
      // `available + delta >= 0`, but a condition cannot add. It refuses absent stock as well.
      ConditionExpression: "available >= :least",
      ExpressionAttributeValues: { ":delta": delta, ":least": Math.max(0, -delta) },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    const refused = await transact(table, [putAdjustment(table, adjustment), { Update: update }]);
    if (refused === undefined) return { kind: "done" };
    const [found, stock] = refused;
    if (found !== undefined) return { kind: "found", adjustment: adjustmentOf(found) };
    const available = stock?.["available"];
    return available === undefined ? { kind: "absent" } : { kind: "short", available: Number(available) };
  },
});
