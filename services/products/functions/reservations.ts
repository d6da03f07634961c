import { created, env, http, ok, text } from "@warmstart/middleware";
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoReservations } from "../src/dynamo-reservations.ts";
import { commitReservation, releaseReservation, reserve as reserveUnits, viewOf } from "../src/reservation.ts";
import { NewReservation, ReservationPath } from "../src/stock-schemas.ts";

const { PRODUCTS_TABLE } = env({ PRODUCTS_TABLE: text() });
const reservations = dynamoReservations(tableOf(PRODUCTS_TABLE));
const order = { path: ReservationPath, scopes: [] } as const;

export const reserve = http({ ...order, body: NewReservation }, async ({ path, body }) => {
  const { reservation, isNew } = await reserveUnits(reservations, path.orderId, body);
  return isNew ? created(viewOf(reservation)) : ok(viewOf(reservation));
});

export const commit = http(order, async ({ path }) => ok(viewOf(await commitReservation(reservations, path.orderId))));

export const release = http(order, async ({ path }) =>
  ok(viewOf(await releaseReservation(reservations, path.orderId))),
);
