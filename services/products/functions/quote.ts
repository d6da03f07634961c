import { env, http, ok, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { quote } from "../src/quote.ts";
import { QuoteRequest } from "../src/stock-schemas.ts";

const { PRODUCTS_TABLE } = env({ PRODUCTS_TABLE: text() });
const products = dynamoProducts(tableOf(PRODUCTS_TABLE));

export const handler = http({ body: QuoteRequest, scopes: [] }, async ({ body }) => ok(await quote(products, body)));
