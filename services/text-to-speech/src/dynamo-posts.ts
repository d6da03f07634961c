// Posts in the table, as routes see them: with the day's budget and the users of each audio, in transactions.
import { randomBytes } from "node:crypto";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { transact } from "@warmstart/middleware";
import { audioRow, budgetRow, ownerKey, ownerRow, postRow, removedRow } from "./keys.ts";
import type { Audio, Hash, ListedPost, Post, RemovedPost } from "./post.ts";
import type { PostStore } from "./ports.ts";

type Item = Record<string, unknown>;
type Writes = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]["TransactItems"]>;

const TOKEN_BYTES = 24;
const REMEMBERED_SECONDS = 30 * 86_400;

// What `create` and the jobs wrote; nothing else writes posts to this table.
const postOf = ({ pk: _pk, sk: _sk, ownerKey: _key, ...post }: Item) => post as unknown as Post;

const isFailedCondition = (error: unknown): boolean =>
  error instanceof Error && error.name === "ConditionalCheckFailedException";

/** So much more or, below zero, less of a day's budget. */
const budgetUpdate = (table: string, date: string, { microUsd, chars }: { microUsd: number; chars: number }) => ({
  TableName: table,
  Key: budgetRow(date),
  UpdateExpression: "ADD microUsd :price, chars :chars",
  ExpressionAttributeValues: { ":price": microUsd, ":chars": chars } as Item,
});

/** One more or one less user of an audio. */
const refsUpdate = (table: string, { owner, postHash }: Pick<Post, "owner" | "postHash">, change: 1 | -1) => ({
  TableName: table,
  Key: audioRow(owner, postHash),
  UpdateExpression: "ADD refs :change",
  ExpressionAttributeValues: { ":change": change } as Item,
});

const create =
  (table: string, client: DynamoDBDocumentClient): PostStore["create"] =>
  async (post, limitMicroUsd) => {
    const { reserve, chars, status } = post;
    if (reserve.microUsd > limitMicroUsd) return "over-budget";
    const Item = { ...postRow(post.id), ...post, ownerKey: ownerKey(post) };
    const put = { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" };
    const spend = budgetUpdate(table, reserve.date, { microUsd: reserve.microUsd, chars });
    const most = limitMicroUsd - reserve.microUsd;
    const capped = {
      ...spend,
      ConditionExpression: "attribute_not_exists(microUsd) OR microUsd <= :most",
      ExpressionAttributeValues: { ...spend.ExpressionAttributeValues, ":most": most },
    };
    const use = refsUpdate(table, post, 1);
    const used = {
      ...use,
      ConditionExpression: "refs > :none",
      ExpressionAttributeValues: { ...use.ExpressionAttributeValues, ":none": 0 },
    };
    const second = { Update: status === "ready" ? used : capped };
    const TransactItems: Writes = [{ Put: put }, second];
    const refused = await transact(() => client.send(new TransactWriteCommand({ TransactItems })));
    if (refused === undefined) return "created";
    if (refused[0]?.Code === "ConditionalCheckFailed") return "exists";
    return status === "ready" ? "audio-gone" : "over-budget";
  };

const remove =
  (table: string, client: DynamoDBDocumentClient): PostStore["remove"] =>
  async (post) => {
    const { id, owner, postHash, format, version, status, reserve, chars } = post;
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
    if (status === "queued")
      TransactItems.push({
        Update: budgetUpdate(table, reserve.date, { microUsd: -reserve.microUsd, chars: -chars }),
      });
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

    async isUnused(owner, postHash) {
      return Number((await readAudio(owner, postHash))?.["refs"] ?? 1) <= 0;
    },

    async forgetAudio(owner, postHash) {
      const unused = { ConditionExpression: "refs <= :none", ExpressionAttributeValues: { ":none": 0 } };
      const row = { TableName: table, Key: audioRow(owner, postHash) };
      try {
        await client.send(new DeleteCommand({ ...row, ...unused }));
      } catch (error) {
        if (!isFailedCondition(error)) throw error;
      }
    },

    async feedToken(owner) {
      const known = await knownFeedToken(owner);
      if (known !== undefined) return known;
      const feedToken = randomBytes(TOKEN_BYTES).toString("base64url");
      const Item = { ...ownerRow(owner), feedToken };
      try {
        await client.send(new PutCommand({ TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" }));
        return feedToken;
      } catch (error) {
        if (!isFailedCondition(error)) throw error;
        return (await knownFeedToken(owner)) ?? feedToken;
      }
    },

    async spent(date) {
      return Number((await read({ ...budgetRow(date) }))?.["microUsd"] ?? 0);
    },
  };
};
