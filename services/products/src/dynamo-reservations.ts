// Reservations in the table of products: one item each, with an index of those that are held, by their end.
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, itemThatRefused, type Table, transact } from "./dynamo-client.ts";
import { stockKey } from "./dynamo-stock.ts";
import { type Line, type Reservation, type ReservationStore, SHARDS, type State } from "./reservation.ts";
import type { OrderId, Shortage } from "./stock-schemas.ts";

const STONE_SECONDS = 30 * 86_400;

const keyOf = (orderId: OrderId) => ({ pk: `R#${orderId}`, sk: "R" });

/** By the last five bits of the order's random id. */
const shardOf = (orderId: OrderId): number => orderId.charCodeAt(orderId.length - 1) % SHARDS;

const ttl = (): number => Math.floor(Date.now() / 1000) + STONE_SECONDS;

const recordOf = ({ pk, state, lines, expiresAt }: Item): Reservation =>
  ({ orderId: String(pk).slice(2), state, lines, ...(expiresAt !== undefined && { expiresAt }) }) as Reservation; // what hold and refuse wrote

const holdLine = (table: Table, { productId, quantity }: Line) => ({
  Update: {
    TableName: table.name,
    Key: stockKey(productId),
    UpdateExpression: "SET available = available - :q, reserved = reserved + :q",
    ConditionExpression: "available >= :q",
    ExpressionAttributeValues: { ":q": quantity },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  },
});

/** What a move does to the units of a line. */
const MOVES: Readonly<Record<string, string>> = {
  "HELD COMMITTED": "SET reserved = reserved - :q",
  "HELD RELEASED": "SET available = available + :q, reserved = reserved - :q",
  "COMMITTED RELEASED": "SET available = available + :q",
};

const moveLine = (table: Table, { productId, quantity }: Line, move: string) => ({
  Update: {
    TableName: table.name,
    Key: stockKey(productId),
    UpdateExpression: MOVES[move],
    ExpressionAttributeValues: { ":q": quantity },
  },
});

const moveReservation = (table: Table, { orderId, state }: Reservation, to: State) => ({
  Update: {
    TableName: table.name,
    Key: keyOf(orderId),
    UpdateExpression: `SET #state = :to${to === "RELEASED" ? ", #ttl = :ttl" : ""} REMOVE gsi1pk, gsi1sk`,
    ConditionExpression: "#state = :from",
    ExpressionAttributeNames: { "#state": "state", ...(to === "RELEASED" && { "#ttl": "ttl" }) },
    ExpressionAttributeValues: { ":from": state, ":to": to, ...(to === "RELEASED" && { ":ttl": ttl() }) },
  },
});

const shortagesOf = (lines: readonly Line[], refusals: readonly (Item | undefined)[]): readonly Shortage[] =>
  lines.flatMap(({ productId }, i) => {
    const stock = refusals[i];
    return stock === undefined ? [] : [{ productId, available: Number(stock["available"] ?? 0) }];
  });

const queryOverdue = (table: Table, shard: number, now: string, start: Item | undefined) =>
  table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: "gsi1",
      KeyConditionExpression: "gsi1pk = :shard AND gsi1sk < :now",
      ExpressionAttributeValues: { ":shard": `X#${shard}`, ":now": now },
      ExclusiveStartKey: start,
    }),
  );

export const dynamoReservations = (table: Table): ReservationStore => ({
  async hold(reservation) {
    const { orderId, lines, expiresAt } = reservation;
    const put = {
      TableName: table.name,
      Item: { ...keyOf(orderId), ...reservation, gsi1pk: `X#${shardOf(orderId)}`, gsi1sk: `${expiresAt}#${orderId}` },
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    const refused = await transact(table, [{ Put: put }, ...lines.map((line) => holdLine(table, line))]);
    if (refused === undefined) return { kind: "held" };
    const [found, ...stocks] = refused;
    if (found !== undefined) return { kind: "found", reservation: recordOf(found) };
    return { kind: "short", shortages: shortagesOf(lines, stocks) };
  },

  async get(orderId) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf(orderId), ConsistentRead: true }),
    );
    return Item && recordOf(Item);
  },

  async move(reservation, to) {
    const lines = reservation.lines.map((line) => moveLine(table, line, `${reservation.state} ${to}`));
    return (await transact(table, [moveReservation(table, reservation, to), ...lines])) === undefined;
  },

  async refuse(orderId) {
    const Item = { ...keyOf(orderId), orderId, state: "RELEASED", lines: [], ttl: ttl() };
    try {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item, ConditionExpression: "attribute_not_exists(pk)" }),
      );
      return true;
    } catch (error) {
      itemThatRefused(error);
      return false;
    }
  },

  async *overdue(shard, now) {
    let start: Item | undefined;
    do {
      const page = await queryOverdue(table, shard, now, start);
      for (const { pk } of page.Items ?? []) yield String(pk).slice(2) as OrderId; // what hold wrote
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  },
});
