// What the routes that move an order have in common: the shop, its table, and the pool whose access tokens they take.
import { env, text } from "@warmstart/middleware";
import { awsShop } from "../src/aws-shop.ts";
import { documentClient } from "../src/dynamo-client.ts";

const settings = env({ ORDERS_TABLE: text(), PRODUCTS_URL: text(), JWT_ISSUER: text(), JWT_AUDIENCE: text() });

export const client = documentClient();
export const table = settings.ORDERS_TABLE;
export const shop = awsShop(client, table, settings.PRODUCTS_URL);
export const jwt = { issuer: settings.JWT_ISSUER, clientId: settings.JWT_AUDIENCE };
