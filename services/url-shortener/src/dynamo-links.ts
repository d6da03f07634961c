// Links in the table `links`: one item each, and an index by owner that holds what a list shows, but not `uses`.
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { batchGet, held, itemThatRefused } from "./dynamo-client.ts";
import type { LinkPage, LinkStore, LinkVersion } from "./link.ts";
import type { Link, LinkRecord } from "./redirect.ts";
import { linkKey, TAKE_A_USE } from "./taking-a-use.ts";

type Item = Record<string, unknown>;

const MAX_PAGES = 3; // of 1 MB, when a filter leaves most links out
const MAX_BATCH_GET = 100;

const itemOf = ({ code, tags, ...link }: Link): Item => ({
  ...linkKey(code),
  gsi1pk: `O#${link.ownerId}`,
  gsi1sk: `${link.createdAt}#${code}`,
  ...link,
  ...(tags !== undefined && { tags: new Set(tags) }),
});

const recordOf = ({ pk, sk: _sk, gsi1pk: _owner, gsi1sk: _position, tags, ...fields }: Item): LinkRecord => {
  if (fields["deleted"] === true) return { deleted: true, ttl: Number(fields["ttl"]) };
  const link = { ...fields, code: String(pk).slice(2), ...(tags instanceof Set && { tags: [...tags].map(String) }) };
  return link as unknown as Link; // what itemOf wrote; nothing else writes this table
};

const isLink = (record: LinkRecord): record is Link => !("deleted" in record);

const condition = ({ ownerId, version }: LinkVersion) => ({
  ConditionExpression: `#owner = :owner AND ${version === undefined ? "attribute_exists(#version)" : "#version = :version"}`,
  names: { "#owner": "ownerId", "#version": "version" },
  values: { ":owner": ownerId, ...(version !== undefined && { ":version": version }) },
  ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
});

const refusal = (error: unknown, { ownerId }: LinkVersion): "absent" | "other-version" =>
  itemThatRefused(error)["ownerId"] === ownerId ? "other-version" : "absent";

/** `SET` and `REMOVE` for changes; null removes. Every name is aliased: `url` is a reserved word. */
const updateOf = (changes: Item) => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = given.filter(([, value]) => value !== null);
  const removed = given.filter(([, value]) => value === null).map(([name]) => `#c_${name}`);
  const assignments = ["#version = #version + :one", ...set.map(([name]) => `#c_${name} = :c_${name}`)];
  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removed.length ? ` REMOVE ${removed.join(", ")}` : ""}`,
    names: Object.fromEntries(given.map(([name]) => [`#c_${name}`, name])),
    values: {
      ":one": 1,
      ...Object.fromEntries(set.map(([name, value]) => [`:c_${name}`, Array.isArray(value) ? new Set(value) : value])),
    },
  };
};

/** The index does not hold `uses`, so that using a link does not write it; only limited links are read again. */
const withUses = async (
  client: DynamoDBDocumentClient,
  table: string,
  links: readonly Link[],
): Promise<readonly Link[]> => {
  const limited = links.filter(({ maxUses }) => maxUses !== undefined).map(({ code }) => linkKey(code));
  const names = { ProjectionExpression: "pk, #uses", ExpressionAttributeNames: { "#uses": "uses" } };
  const items = await batchGet(client, table, limited, names);
  const uses = new Map(items.map((item) => [item["pk"], Number(item["uses"] ?? 0)]));
  return links.map((link) => (link.maxUses === undefined ? link : { ...link, uses: uses.get(`L#${link.code}`) ?? 0 }));
};

/** One page of the index; without a filter no more is read than is shown. */
const queryPage = (
  client: DynamoDBDocumentClient,
  table: string,
  ownerId: string,
  page: { after?: string; most?: number },
) =>
  client.send(
    new QueryCommand({
      TableName: table,
      IndexName: "gsi1",
      KeyConditionExpression: page.after === undefined ? "gsi1pk = :owner" : "gsi1pk = :owner AND gsi1sk < :after",
      ExpressionAttributeValues: { ":owner": `O#${ownerId}`, ":after": page.after },
      ScanIndexForward: false,
      Limit: page.most,
    }),
  );

const listLinks = async (
  client: DynamoDBDocumentClient,
  table: string,
  ownerId: string,
  { limit, after, keep }: Parameters<LinkStore["list"]>[1],
): Promise<LinkPage> => {
  const links: Link[] = [];
  let position = after;
  const nextPage = (): LinkPage => ({ links, ...(position !== undefined && { next: position }) });
  for (let page = 0; page < MAX_PAGES; page++) {
    const most = keep === undefined ? { most: limit + 1 } : {};
    const { Items = [], LastEvaluatedKey } = await queryPage(client, table, ownerId, {
      ...(position !== undefined && { after: position }),
      ...most,
    });
    for (let at = 0; at < Items.length; at += MAX_BATCH_GET) {
      const found = Items.slice(at, at + MAX_BATCH_GET)
        .map(recordOf)
        .filter(isLink);
      for (const link of await withUses(client, table, found)) {
        if (links.length === limit) return nextPage();
        position = `${link.createdAt}#${link.code}`;
        if (keep?.(link) !== false) links.push(link);
      }
    }
    if (LastEvaluatedKey === undefined) return { links };
  }
  return nextPage();
};

export const dynamoLinks = (table: string, client: DynamoDBDocumentClient): LinkStore => {
  return {
    async get(code) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: linkKey(code) }));
      return Item && recordOf(Item);
    },

    async add(link) {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: itemOf(link),
            ConditionExpression: "attribute_not_exists(pk) OR #ttl < :now",
            ExpressionAttributeNames: { "#ttl": "ttl" },
            ExpressionAttributeValues: { ":now": Math.floor(Date.parse(link.createdAt) / 1000) },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
        return link;
      } catch (error) {
        const there = recordOf(itemThatRefused(error));
        return isLink(there) && there.madeBy === link.madeBy ? there : undefined;
      }
    },

    async change(which, changes) {
      const { names, values, ...conditioned } = condition(which);
      const update = updateOf(changes);
      try {
        const { Attributes = {} } = await client.send(
          new UpdateCommand({
            TableName: table,
            Key: linkKey(which.code),
            ...conditioned,
            UpdateExpression: update.UpdateExpression,
            ExpressionAttributeNames: { ...names, ...update.names },
            ExpressionAttributeValues: { ...values, ...update.values },
            ReturnValues: "ALL_NEW",
          }),
        );
        return recordOf(Attributes) as Link; // the condition holds for links only
      } catch (error) {
        return refusal(error, which);
      }
    },

    async remove(which, ttl) {
      const { names, values, ...conditioned } = condition(which);
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...linkKey(which.code), deleted: true, ttl },
            ...conditioned,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
          }),
        );
        return "removed";
      } catch (error) {
        return refusal(error, which);
      }
    },

    list: (ownerId, page) => listLinks(client, table, ownerId, page),

    use({ code, createdAt }) {
      const ExpressionAttributeValues = { ":one": 1, ":createdAt": createdAt };
      const update = { TableName: table, Key: linkKey(code), ...TAKE_A_USE, ExpressionAttributeValues };
      return held(client.send(new UpdateCommand(update)));
    },
  };
};
