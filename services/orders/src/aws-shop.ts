// What all functions have in common: the table, the signed way to products, payments, and the keys of requests.
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import {
  dynamoIdempotency,
  dynamoWindows,
  type Idempotency,
  idempotency,
  rateWindow,
  type RateWindow,
} from "@warmstart/middleware";
import { awsProducts } from "./aws-products.ts";
import { fakePayments } from "./dynamo-fake-payments.ts";
import { dynamoOrders } from "./dynamo-orders.ts";
import type { Shop } from "./order.ts";
import { signedHttp } from "./signed-http.ts";

const TIMEOUT_MS = 2000;
const commands = { GetCommand, PutCommand, DeleteCommand, UpdateCommand };

/** The shop without what each call brings. */
export const awsShop = (
  client: DynamoDBDocumentClient,
  table: string,
  productsUrl: string,
): Omit<Shop, "log" | "metrics"> => {
  const { credentials, region } = client.config;
  return {
    orders: dynamoOrders(table, client),
    products: awsProducts(productsUrl, signedHttp({ credentials, region, timeoutMs: TIMEOUT_MS })),
    payments: fakePayments(table, client),
  };
};

export const keys = (client: DynamoDBDocumentClient, table: string, required: boolean): Idempotency =>
  idempotency({ store: dynamoIdempotency({ client, table, commands }), required });

/** 10 new orders per person and minute. */
export const orderWindow = (client: DynamoDBDocumentClient, table: string): RateWindow =>
  rateWindow({ store: dynamoWindows({ client, table, commands }), route: "orders", limit: 10, windowSeconds: 60 });
