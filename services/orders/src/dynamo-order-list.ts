// A person's orders, newest first, from the index that holds what a list shows.
import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { OrderSummary } from "./order-schemas.ts";
import type { OrderPage, OrderStore } from "./order.ts";

type Item = Record<string, unknown>;
type Page = Parameters<OrderStore["list"]>[1];

const MAX_PAGES = 3; // of 1 MB, when a filter leaves most orders out

// What itemOf of dynamo-orders.ts wrote, as far as the index holds it.
const summaryOf = ({ id, status, total, itemCount, createdAt }: Item) =>
  ({ id, status, total, itemCount, createdAt }) as unknown as OrderSummary;

/** One page of the index. `~` sorts after every id, so that a bound in time takes all orders of its moment in. */
const queryPage = (
  client: DynamoDBDocumentClient,
  table: string,
  userId: string,
  { after, from = "0", to = "9", most }: Pick<Page, "after" | "from" | "to"> & { readonly most: number | undefined },
) =>
  client.send(
    new QueryCommand({
      TableName: table,
      IndexName: "gsi1",
      KeyConditionExpression: "gsi1pk = :user AND gsi1sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":user": `U#${userId}`, ":from": from, ":to": after ?? `${to}~` },
      ScanIndexForward: false,
      Limit: most,
    }),
  );

/** Up to `limit` orders that fit; a filter may make a page short although there is a next one. */
export const listOrders = async (
  client: DynamoDBDocumentClient,
  table: string,
  userId: string,
  { limit, status, after, ...range }: Page,
): Promise<OrderPage> => {
  const orders: OrderSummary[] = [];
  let position = after;
  const nextPage = (): OrderPage => ({ orders, ...(position !== undefined && { next: position }) });
  for (let page = 0; page < MAX_PAGES; page++) {
    // BETWEEN takes the position itself in again: it is left out here, and read one more for.
    const most = status === undefined ? limit + 2 : undefined;
    const { Items = [], LastEvaluatedKey } = await queryPage(client, table, userId, {
      ...range,
      ...(position !== undefined && { after: position }),
      most,
    });
    for (const item of Items) {
      if (item["gsi1sk"] === position) continue;
      if (orders.length === limit) return nextPage();
      position = String(item["gsi1sk"]);
      if (status === undefined || item["status"] === status) orders.push(summaryOf(item));
    }
    if (LastEvaluatedKey === undefined) return { orders };
  }
  return nextPage();
};
