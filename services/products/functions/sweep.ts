import { env, schedule, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoReservations } from "../src/dynamo-reservations.ts";
import { sweep } from "../src/reservation.ts";

const { PRODUCTS_TABLE } = env({ PRODUCTS_TABLE: text() });
const reservations = dynamoReservations(tableOf(PRODUCTS_TABLE));

export const handler = schedule(async ({ log, metrics }) => {
  const { released, errors } = await sweep(reservations, new Date(Date.now()).toISOString());
  metrics.add("reservations_expired", released);
  for (const error of errors) log.error("A reservation could not be released", { error });
  if (errors.length > 0) throw new Error(`${errors.length} reservations could not be released`);
});
