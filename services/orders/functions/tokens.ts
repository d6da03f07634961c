// What the routes with somebody's access token have in common: the table, and the pool whose tokens they take.
import { env, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";

const settings = env({ ORDERS_TABLE: text(), JWT_ISSUER: text(), JWT_AUDIENCE: text() });

export const client = documentClient();
export const table = settings.ORDERS_TABLE;
export const jwt = { issuer: settings.JWT_ISSUER, clientId: settings.JWT_AUDIENCE };
