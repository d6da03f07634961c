// Products in the table of products: an item each beside its stock and the guard of its SKU; an index by status and age,
// and one of what is active by category, currency and price.
import { BatchGetCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, itemThatRefused, type Table, transact } from "./dynamo-client.ts";
import { byPrice, newest } from "./dynamo-product-lists.ts";
import { priceKeys, recordOf, stateKey } from "./dynamo-product-item.ts";
import { putAdjustment, stockKey } from "./dynamo-stock.ts";
import type { ProductId } from "./product-id.ts";
import type { Product, ProductChanges, ProductStore, ProductVersion } from "./product.ts";
import type { Adjustment } from "./stock.ts";

const keyOf = (id: ProductId) => ({ pk: `P#${id}`, sk: "P" });

const itemOf = ({ id, ...product }: Product): Item => ({
  ...keyOf(id),
  gsi1pk: stateKey(product.status),
  gsi1sk: `${product.createdAt}#${id}`,
  ...(product.status === "active" && priceKeys(id, product)),
  ...product,
});

const condition = (version: number | undefined) => ({
  ConditionExpression: version === undefined ? "attribute_exists(version)" : "version = :before",
  values: { ...(version !== undefined && { ":before": version }) },
  ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
});

const refusal = (found: Item): "absent" | "other-version" => ("version" in found ? "other-version" : "absent");

/** What is listed, with the keys of the indexes: only what is active has a price index. */
const listedItem = (id: ProductId, listed: NonNullable<ProductChanges["listed"]>): Item => ({
  ...listed,
  gsi1pk: stateKey(listed.status),
  ...(listed.status === "active" ? priceKeys(id, listed) : { gsi2pk: null, gsi2sk: null }),
});

/** `SET` and `REMOVE` for changes; null removes. Every name is aliased: `name` and `status` are reserved words. */
const updateOf = (changes: Item) => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = given.filter(([, value]) => value !== null);
  const removed = given.filter(([, value]) => value === null).map(([name]) => `#${name}`);
  const assignments = ["version = version + :one", ...set.map(([name]) => `#${name} = :${name}`)];
  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removed.length ? ` REMOVE ${removed.join(", ")}` : ""}`,
    ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    values: { ":one": 1, ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])) },
  };
};

const updateIf = (table: Table, { id, version }: ProductVersion, changes: Item) => {
  const { values: before, ...conditioned } = condition(version);
  const { values, ...update } = updateOf(changes);
  const ExpressionAttributeValues = { ...before, ...values };
  return { TableName: table.name, Key: keyOf(id), ...conditioned, ...update, ExpressionAttributeValues };
};

/** A product, its stock and the guard of its SKU, which a repeated try finds to be its own. */
const additions = (table: Table, product: Product, opening: Adjustment | undefined) => {
  const { id, sku } = product;
  const guard = {
    TableName: table.name,
    Item: { pk: `K#${sku}`, sk: "K", productId: id },
    ConditionExpression: "attribute_not_exists(pk) OR productId = :id",
    ExpressionAttributeValues: { ":id": id },
  };
  const put = {
    TableName: table.name,
    Item: itemOf(product),
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  const stock = { TableName: table.name, Item: { ...stockKey(id), available: opening?.delta ?? 0, reserved: 0 } };
  const first = opening === undefined ? [] : [putAdjustment(table, opening)];
  return [{ Put: guard }, { Put: put }, { Put: stock }, ...first];
};

/** Up to 100 products, those that DynamoDB left out at first too. */
const getMany = async (table: Table, ids: readonly ProductId[]): Promise<readonly Product[]> => {
  const products: Product[] = [];
  for (let Keys: Record<string, unknown>[] = ids.map(keyOf); Keys.length > 0;) {
    const answer = await table.client.send(new BatchGetCommand({ RequestItems: { [table.name]: { Keys } } }));
    products.push(...(answer.Responses?.[table.name] ?? []).map(recordOf));
    Keys = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return products;
};

export const dynamoProducts = (table: Table): ProductStore => ({
  async get(id, { consistent } = {}) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf(id), ConsistentRead: consistent }),
    );
    return Item && recordOf(Item);
  },

  getMany: (ids) => getMany(table, ids),

  async add(product, opening) {
    const refused = await transact(table, additions(table, product, opening));
    if (refused === undefined) return product;
    const [taken, found] = refused;
    return taken !== undefined || found === undefined ? undefined : recordOf(found);
  },

  async change(which, { listed, ...fields }) {
    const update = updateIf(table, which, { ...fields, ...(listed && listedItem(which.id, listed)) });
    try {
      const { Attributes = {} } = await table.client.send(new UpdateCommand({ ...update, ReturnValues: "ALL_NEW" }));
      return recordOf(Attributes);
    } catch (error) {
      return refusal(itemThatRefused(error));
    }
  },

  async archive(which, updatedAt) {
    const unlisted = { status: "archived", gsi1pk: stateKey("archived"), gsi2pk: null, gsi2sk: null };
    const unreserved = {
      TableName: table.name,
      Key: stockKey(which.id),
      ConditionExpression: "reserved = :none",
      ExpressionAttributeValues: { ":none": 0 },
    };
    const update = updateIf(table, which, { ...unlisted, updatedAt });
    const refused = await transact(table, [{ Update: update }, { ConditionCheck: unreserved }]);
    if (refused === undefined) return "archived";
    return refused[0] === undefined ? "reserved" : refusal(refused[0]);
  },

  newest: (states, page) => newest(table, states, page),
  byPrice: (page) => byPrice(table, page),
});
