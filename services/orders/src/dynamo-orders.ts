// Orders in one table: the order and its events under its id, an index by person, and one by what is due.
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { transact } from "@warmstart/middleware";
import { held, itemThatRefused } from "./dynamo-client.ts";
import { listOrders } from "./dynamo-order-list.ts";
import { OPEN } from "./moves.ts";
import type { OrderEvent, OrderId } from "./order-schemas.ts";
import { type Due, type Order, type OrderStore, SHARDS } from "./order.ts";

type Item = Record<string, unknown>;

const orderKey = (id: OrderId) => ({ pk: `O#${id}`, sk: "O" });
const shardOf = (id: OrderId): number => (id.codePointAt(id.length - 1) ?? 0) % SHARDS;

/** The sparse index of what is due: an order without `dueAt` is not in it. */
const dueKey = ({ id, dueAt }: Pick<Order, "id" | "dueAt">): Item =>
  dueAt === undefined ? {} : { gsi2pk: `DUE#${shardOf(id)}`, gsi2sk: `${dueAt}#${id}` };

const itemOf = (order: Order): Item => ({
  ...orderKey(order.id),
  gsi1pk: `U#${order.userId}`,
  gsi1sk: `${order.createdAt}#${order.id}`,
  ...dueKey(order),
  itemCount: order.items.length,
  ...order,
});

// What itemOf wrote; nothing else writes orders to this table.
const orderOf = ({ pk: _pk, sk: _sk, gsi1pk: _1, gsi1sk: _2, gsi2pk: _3, gsi2sk: _4, itemCount: _5, ...order }: Item) =>
  order as unknown as Order;

const eventItem = (id: OrderId, event: OrderEvent): Item => ({
  pk: `O#${id}`,
  sk: `E#${String(event.version).padStart(6, "0")}`,
  ...event,
});

const dueOf = ({ gsi2sk, tries }: Item): Due => {
  const [dueAt = "", id = ""] = String(gsi2sk).split("#");
  return { id: id as OrderId, dueAt, tries: Number(tries ?? 0) }; // written by dueKey
};

const amendment = ({ shippingAddress, note }: Parameters<OrderStore["amend"]>[1], now: number) => ({
  UpdateExpression: [
    "SET #version = #version + :one, updatedAt = :now",
    ...(shippingAddress === undefined ? [] : [", shippingAddress = :address"]),
    ...(note === undefined || note === null ? [] : [", #note = :note"]),
    ...(note === null ? [" REMOVE #note"] : []),
  ].join(""),
  names: { "#version": "version", "#status": "status", ...(note !== undefined && { "#note": "note" }) },
  values: { ":one": 1, ":now": new Date(now).toISOString(), ":address": shippingAddress, ":note": note ?? undefined },
});

const amend =
  (table: string, client: DynamoDBDocumentClient): OrderStore["amend"] =>
  async ({ id, userId, version }, patch, now) => {
    const { UpdateExpression, names, values } = amendment(patch, now);
    try {
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: orderKey(id),
          UpdateExpression,
          ConditionExpression: `userId = :user AND #status = :confirmed${version === undefined ? "" : " AND #version = :version"}`,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ...values, ":user": userId, ":version": version, ":confirmed": "CONFIRMED" },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return orderOf(Attributes);
    } catch (error) {
      const there = itemThatRefused(error);
      if (there["userId"]?.S !== userId) return "absent";
      return version === undefined || Number(there["version"]?.N) === version ? "other-state" : "other-version";
    }
  };

const claim =
  (table: string, client: DynamoDBDocumentClient): OrderStore["claim"] =>
  async ({ id, dueAt }, until) => {
    try {
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: orderKey(id),
          UpdateExpression: "SET dueAt = :until, gsi2sk = :position ADD tries :one",
          ConditionExpression: "dueAt = :due",
          ExpressionAttributeValues: { ":due": dueAt, ":until": until, ":position": `${until}#${id}`, ":one": 1 },
          ReturnValues: "ALL_NEW",
        }),
      );
      return orderOf(Attributes);
    } catch (error) {
      itemThatRefused(error);
      return undefined;
    }
  };

const move =
  (table: string, client: DynamoDBDocumentClient): OrderStore["move"] =>
  async (before, after, event) => {
    const order = {
      TableName: table,
      Item: itemOf(after),
      ConditionExpression: "#status = :from AND #version = :version",
      ExpressionAttributeNames: { "#status": "status", "#version": "version" },
      ExpressionAttributeValues: { ":from": before.status, ":version": before.version },
    };
    const TransactItems = [{ Put: order }, { Put: { TableName: table, Item: eventItem(after.id, event) } }];
    const refused = await transact(() => client.send(new TransactWriteCommand({ TransactItems })));
    return refused === undefined;
  };

export const dynamoOrders = (table: string, client: DynamoDBDocumentClient): OrderStore => ({
  amend: amend(table, client),
  claim: claim(table, client),
  move: move(table, client),
  list: (userId, page) => listOrders(client, table, userId, page),

  async get(id) {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: orderKey(id), ConsistentRead: true }));
    return Item && orderOf(Item);
  },

  add: (order) =>
    held(
      client.send(
        new PutCommand({ TableName: table, Item: itemOf(order), ConditionExpression: "attribute_not_exists(pk)" }),
      ),
    ),

  async settle({ id, version }) {
    await held(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: orderKey(id),
          UpdateExpression: "REMOVE dueAt, gsi2pk, gsi2sk, tries",
          ConditionExpression: "#version = :version",
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": version },
        }),
      ),
    );
  },

  async events(id) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :order AND begins_with(sk, :event)",
        ExpressionAttributeValues: { ":order": `O#${id}`, ":event": "E#" },
      }),
    );
    return Items.map(({ pk: _pk, sk: _sk, ...event }) => event as OrderEvent); // what eventItem wrote
  },

  async countOpen(userId, since) {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :user AND gsi1sk > :since",
        FilterExpression: `#status IN (${OPEN.map((_, i) => `:s${i}`).join(", ")})`,
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":user": `U#${userId}`,
          ":since": since,
          ...Object.fromEntries(OPEN.map((status, i) => [`:s${i}`, status])),
        },
        Select: "COUNT",
      }),
    );
    return Count;
  },

  async due(shard, now, limit) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "gsi2",
        KeyConditionExpression: "gsi2pk = :shard AND gsi2sk < :now",
        ExpressionAttributeValues: { ":shard": `DUE#${shard}`, ":now": `${now}~` },
        Limit: limit,
      }),
    );
    return Items.map(dueOf);
  },
});
