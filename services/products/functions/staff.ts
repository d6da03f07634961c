// What the routes of staff's have in common: the table, and the pool whose access tokens they take.
import { env, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";

const settings = env({ PRODUCTS_TABLE: text(), JWT_ISSUER: text(), JWT_AUDIENCE: text() });

export const table = tableOf(settings.PRODUCTS_TABLE);
export const staff = {
  group: "staff",
  jwt: { issuer: settings.JWT_ISSUER, clientId: settings.JWT_AUDIENCE },
} as const;
