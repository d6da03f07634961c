// What the routes that move an order have in common: the shop, and what tokens.ts has.
import { env, text } from "@warmstart/middleware";
import { awsShop } from "../src/aws-shop.ts";
import { client, table } from "./tokens.ts";

const { PRODUCTS_URL } = env({ PRODUCTS_URL: text() });

export { client, jwt, table } from "./tokens.ts";
export const shop = awsShop(client, table, PRODUCTS_URL);
