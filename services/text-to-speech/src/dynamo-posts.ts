// Posts in the table, as routes see them: with the day's budget and the users of each audio, in transactions.
import { randomBytes } from "node:crypto";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { transact } from "@warmstart/middleware";
import { audioRow, budgetRow, ownerKey, ownerRow, postRow, removedRow } from "./keys.ts";
import type { Audio, Hash, ListedPost, Post, RemovedPost } from "./post.ts";
import type { PostStore } from "./ports.ts";
import { takeUnused } from "./dynamo-audio.ts";

type Item = Record<string, unknown>;
type Writes = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]["TransactItems"]>;

const TOKEN_BYTES = 24;
const REMEMBERED_SECONDS = 30 * 86_400;

// What `create` and the jobs wrote; nothing else writes posts to this table.
const postOf = ({ pk: _pk, sk: _sk, ownerKey: _key, ...post }: Item) => post as unknown as Post;

/** So much more or, below zero, less of the day's budget of a post. */
const budgetUpdate = (table: string, { reserve, chars }: Post, sign: 1 | -1, most?: number) => ({
  TableName: table,
  Key: budgetRow(reserve.date),
  UpdateExpression: "ADD microUsd :price, chars :chars",
  ExpressionAttributeValues: { ":price": sign * reserve.microUsd, ":chars": sign * chars, ":most": most },
  ...(most !== undefined && { ConditionExpression: "attribute_not_exists(microUsd) OR microUsd <= :most" }),
});

/** One more user of an audio that has some, or one less. */
const refsUpdate = (table: string, { owner, postHash }: Post, change: 1 | -1) => ({
  TableName: table,
  Key: audioRow(owner, postHash),
  UpdateExpression: "ADD refs :change",
  ExpressionAttributeValues: { ":change": change, ":none": change === 1 ? 0 : undefined },
  ...(change === 1 && { ConditionExpression: "refs > :none" }),
});

const create =
  (table: string, client: DynamoDBDocumentClient): PostStore["create"] =>
  async (post, limitMicroUsd) => {
    const { microUsd } = post.reserve;
    const isReady = post.status === "ready";
    if (microUsd > limitMicroUsd) return "over-budget";
    const Item = { ...postRow(post.id), ...post, ownerKey: ownerKey(post) };
    const put = { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" };
    const Update = isReady ? refsUpdate(table, post, 1) : budgetUpdate(table, post, 1, limitMicroUsd - microUsd);
    const TransactItems: Writes = [{ Put: put }, { Update }];
    const refused = await transact(() => client.send(new TransactWriteCommand({ TransactItems })));
    if (refused === undefined) return "created";
    if (refused[0]?.Code === "ConditionalCheckFailed") return "exists";
    return isReady ? "audio-gone" : "over-budget";
  };

const remove =
  (table: string, client: DynamoDBDocumentClient): PostStore["remove"] =>
  async (post) => {
    const { id, owner, postHash, format, version, status } = post;
    const whole = {
      TableName: table,
      Key: postRow(id),
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: { ":version": version },
    };
    const ttl = Math.floor(Date.now() / 1000) + REMEMBERED_SECONDS;
    const TransactItems: Writes = [
      { Delete: whole },
      { Put: { TableName: table, Item: { ...removedRow(id), id, owner, postHash, format, ttl } } },
    ];
    if (status === "ready") TransactItems.push({ Update: refsUpdate(table, post, -1) });
    // Once a job has begun, some of it may be bought: what is reserved stays spent.
    if (status === "queued") TransactItems.push({ Update: budgetUpdate(table, post, -1) });
    return (await transact(() => client.send(new TransactWriteCommand({ TransactItems })))) === undefined;
  };

const list =
  (table: string, client: DynamoDBDocumentClient): PostStore["list"] =>
  async (owner, { limit, after = "~" }) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "owner",
        KeyConditionExpression: "#owner = :owner AND ownerKey < :after",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": owner, ":after": after },
        ScanIndexForward: false,
        Limit: limit + 1,
      }),
    );
    const posts = Items.slice(0, limit).map((item) => postOf(item) as ListedPost);
    const last = Items.length > limit ? posts.at(-1) : undefined;
    return { posts, ...(last !== undefined && { next: ownerKey(last) }) };
  };

export const dynamoPosts = (table: string, client: DynamoDBDocumentClient): PostStore => {
  const read = async (Key: Item): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  const readAudio = (owner: string, postHash: Hash) => read({ ...audioRow(owner, postHash) });
  const knownFeedToken: PostStore["knownFeedToken"] = async (owner) => {
    const item = await read({ ...ownerRow(owner) });
    return item && String(item["feedToken"]);
  };
  return {
    create: create(table, client),
    remove: remove(table, client),
    list: list(table, client),
    knownFeedToken,

    async get(id) {
      const item = await read({ ...postRow(id) });
      return item && postOf(item);
    },

    async audio(owner, postHash) {
      const audio = (await readAudio(owner, postHash)) as Audio | undefined; // as the jobs wrote it
      return audio !== undefined && audio.refs > 0 ? audio : undefined;
    },

    async removed(id) {
      return (await read({ ...removedRow(id) })) as RemovedPost | undefined; // as `remove` wrote it
    },

    takeUnused: (owner, postHash) => takeUnused(table, client, { owner, postHash }),

    async forgetAudio(owner, postHash) {
      const unused = { ConditionExpression: "refs <= :none", ExpressionAttributeValues: { ":none": 0 } };
      const TransactItems = [{ Delete: { TableName: table, Key: audioRow(owner, postHash), ...unused } }];
      await transact(() => client.send(new TransactWriteCommand({ TransactItems })));
    },

    async feedToken(owner) {
      const known = await knownFeedToken(owner);
      if (known !== undefined) return known;
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { ...ownerRow(owner) },
          UpdateExpression: "SET feedToken = if_not_exists(feedToken, :new)",
          ExpressionAttributeValues: { ":new": randomBytes(TOKEN_BYTES).toString("base64url") },
          ReturnValues: "ALL_NEW",
        }),
      );
      return String(Attributes["feedToken"]);
    },

    async spent(date) {
      return Number((await read({ ...budgetRow(date) }))?.["microUsd"] ?? 0);
    },
  };
};
