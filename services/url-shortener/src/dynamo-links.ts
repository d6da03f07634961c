// Links in the table `links`: one item each, and an index by owner that holds what a list shows, but not `uses`.
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { batchGet, held, itemThatRefused } from "./dynamo-client.ts";
import type { LinkPage, LinkStore, LinkVersion, Refusal } from "./link.ts";
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

/** A tombstone has neither owner nor version. */
const condition = ({ ownerId, version }: LinkVersion) => ({
  ConditionExpression: [
    ownerId === undefined ? "attribute_exists(ownerId)" : "ownerId = :owner",
    version === undefined ? "attribute_exists(version)" : "version = :version",
  ].join(" AND "),
  values: { ":owner": ownerId, ":version": version },
  ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
});

/** Told apart by the link that the failed condition has seen, without a read. */
const unlessRefused = async <T>({ ownerId }: LinkVersion, write: Promise<T>): Promise<T | Refusal> => {
  try {
    return await write;
  } catch (error) {
    const there = itemThatRefused(error)["ownerId"];
    return there !== undefined && there === ownerId ? "other-version" : "absent";
  }
};

/** `SET` and `REMOVE` for changes; null removes. Their names are aliased: `url` is a reserved word. */
const updateOf = (changes: Item) => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = given.filter(([, value]) => value !== null);
  const removed = given.filter(([, value]) => value === null).map(([name]) => `#${name}`);
  const assignments = ["version = version + :one", ...set.map(([name]) => `#${name} = :${name}`)];
  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removed.length ? ` REMOVE ${removed.join(", ")}` : ""}`,
    ...(given.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    }),
    values: {
      ":one": 1,
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, Array.isArray(value) ? new Set(value) : value])),
    },
  };
};

const lists = (table: string, client: DynamoDBDocumentClient): LinkStore["list"] => {
  /** The index does not hold `uses`, so that using a link does not write it; only limited links are read again. */
  const withUses = async (links: readonly Link[]): Promise<readonly Link[]> => {
    const limited = links.filter(({ maxUses }) => maxUses !== undefined).map(({ code }) => linkKey(code));
    const names = { ProjectionExpression: "pk, #uses", ExpressionAttributeNames: { "#uses": "uses" } };
    const items = await batchGet(client, table, limited, names);
    const uses = new Map(items.map((item) => [item["pk"], Number(item["uses"] ?? 0)]));
    return links.map((link) =>
      link.maxUses === undefined ? link : { ...link, uses: uses.get(`L#${link.code}`) ?? 0 },
    );
  };

  const query = (owner: string, after: string | undefined, Limit: number | undefined) =>
    client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "gsi1",
        KeyConditionExpression: `gsi1pk = :owner${after === undefined ? "" : " AND gsi1sk < :after"}`,
        ExpressionAttributeValues: { ":owner": `O#${owner}`, ":after": after },
        ScanIndexForward: false,
        Limit,
      }),
    );

  return async (ownerId, { limit, after, keep }) => {
    const links: Link[] = [];
    let position = after;
    const nextPage = (): LinkPage => ({ links, ...(position !== undefined && { next: position }) });
    for (let page = 0; page < MAX_PAGES; page++) {
      // Without a filter no more is read than is shown.
      const { Items = [], LastEvaluatedKey } = await query(ownerId, position, keep ? undefined : limit + 1);
      for (let at = 0; at < Items.length; at += MAX_BATCH_GET) {
        const records = Items.slice(at, at + MAX_BATCH_GET).map(recordOf);
        for (const link of await withUses(records.filter(isLink))) {
          if (links.length === limit) return nextPage();
          position = `${link.createdAt}#${link.code}`;
          if (keep?.(link) !== false) links.push(link);
        }
      }
      if (LastEvaluatedKey === undefined) return { links };
    }
    return nextPage();
  };
};

export const dynamoLinks = (table: string, client: DynamoDBDocumentClient): LinkStore => ({
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

  change(which, changes) {
    const { values: wanted, ...conditioned } = condition(which);
    const { values, ...update } = updateOf(changes);
    const ExpressionAttributeValues = { ...wanted, ...values };
    const about = { TableName: table, Key: linkKey(which.code), ReturnValues: "ALL_NEW" as const };
    const write = client.send(new UpdateCommand({ ...about, ...conditioned, ...update, ExpressionAttributeValues }));
    return unlessRefused(
      which,
      write.then(({ Attributes = {} }) => recordOf(Attributes) as Link), // the condition holds for links only
    );
  },

  remove(which, ttl) {
    const { values, ...conditioned } = condition(which);
    const tombstone = { TableName: table, Item: { ...linkKey(which.code), deleted: true, ttl } };
    const write = client.send(new PutCommand({ ...tombstone, ...conditioned, ExpressionAttributeValues: values }));
    return unlessRefused(
      which,
      write.then(() => "removed" as const),
    );
  },

  list: lists(table, client),

  use({ code, createdAt }) {
    const ExpressionAttributeValues = { ":one": 1, ":createdAt": createdAt };
    const update = { TableName: table, Key: linkKey(code), ...TAKE_A_USE, ExpressionAttributeValues };
    return held(client.send(new UpdateCommand(update)));
  },
});
