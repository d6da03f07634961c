// Orders in any state, written as the service writes them: some states last only a moment.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamoOrders } from "../src/dynamo-orders.ts";
import type { Status } from "../src/moves.ts";
import { type Order, orderIdOf, type OrderStore } from "../src/order.ts";
import { ADDRESS, newKey, type Store } from "./open-store.ts";

/** The service's own store on the deployed table, with the developer's rights. */
export const storeOf = ({ cloud, app }: Pick<Store, "cloud" | "app">): OrderStore => {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
  const marshallOptions = { removeUndefinedValues: true };
  return dynamoOrders(app.resource("OrdersTable"), DynamoDBDocumentClient.from(client, { marshallOptions }));
};

export const anOrder = (userId: string, status: Status, more: Partial<Order> = {}): Order => {
  const at = new Date().toISOString();
  const euros = { amount: 100, currency: "EUR" };
  return {
    id: orderIdOf(userId, newKey()),
    userId,
    status,
    version: 1,
    items: [
      { productId: "prd_00000000000000000000000000", name: "Lamp", quantity: 1, unitPrice: euros, lineTotal: euros },
    ],
    total: euros,
    shippingAddress: ADDRESS,
    createdAt: at,
    updatedAt: at,
    requestHash: "x",
    reservedUntil: new Date(Date.now() + 1_800_000).toISOString(),
    ...more,
  };
};
