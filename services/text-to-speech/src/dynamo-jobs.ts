// Posts in the table, as jobs see them: leased, paid, and settled with the day's budget and the users of the audio.
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { transact } from "@warmstart/middleware";
import { isBeingDeleted, longAgo, takeUnused } from "./dynamo-audio.ts";
import { audioRow, budgetRow, postRow, removedRow, spentRow } from "./keys.ts";
import type { Audio, Post, RemovedPost } from "./post.ts";
import type { JobStore, Spoken } from "./ports.ts";
import prices from "./prices.json" with { type: "json" };

type Item = Record<string, unknown>;

/** Longer than any message may be delivered again. */
const SPENT_SECONDS = 30 * 86_400;

const REFUSED = "ConditionalCheckFailed";

// What `create` of dynamo-posts.ts and this file wrote.
const postOf = ({ pk: _pk, sk: _sk, ownerKey: _key, ...post }: Item) => post as unknown as Post;

const audioOf = ({ pk: _pk, sk: _sk, ...audio }: Item) => audio as unknown as Audio;

/** A change that makes the next version of a post, while it has the version that was read. */
const change = (table: string, { id, version }: Post, fields: Item, expression = "") => {
  const set: Item = { ...fields, version: version + 1, updated: new Date().toISOString() };
  const names = Object.keys(set);
  return {
    TableName: table,
    Key: postRow(id),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}${expression}`,
    ConditionExpression: "#version = :was",
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: { ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])), ":was": version },
  };
};

/** What was billed in place of what was reserved, in the budget of the day on which it was reserved. */
const account = (table: string, { reserve, chars, engine }: Post, billedChars: number) => ({
  TableName: table,
  Key: budgetRow(reserve.date),
  UpdateExpression: "ADD microUsd :microUsd, chars :chars",
  ExpressionAttributeValues: {
    ":microUsd": billedChars * prices.microUsdPerCharacter[engine] - reserve.microUsd,
    ":chars": billedChars - chars,
  },
});

/** Without any user it is being deleted, or that was cut off. */
const oneMoreUser = (table: string, post: Post, { durationMs, bytes }: Spoken, hasAudio: boolean) => ({
  TableName: table,
  Key: audioRow(post.owner, post.postHash),
  UpdateExpression: "SET durationMs = :durationMs, bytes = :bytes, chars = :chars ADD refs :one REMOVE #ttl",
  ConditionExpression: hasAudio
    ? "refs > :none"
    : "refs > :none OR attribute_not_exists(takenAt) OR takenAt < :longAgo",
  ExpressionAttributeNames: { "#ttl": "ttl" },
  ExpressionAttributeValues: {
    ":durationMs": durationMs,
    ":bytes": bytes,
    ":chars": post.chars,
    ":one": 1,
    ":none": 0,
    ...(!hasAudio && { ":longAgo": longAgo() }),
  },
});

export const dynamoJobs = (table: string, client: DynamoDBDocumentClient): JobStore => {
  const read = async (Key: object): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: table, Key: { ...Key }, ConsistentRead: true }))).Item;
  const spent: JobStore["spent"] = async (id) => Number((await read(spentRow(id)))?.["billedChars"] ?? 0);

  const update = async (...args: Parameters<typeof change>): Promise<Post | undefined> => {
    try {
      const input = change(...args);
      const { Attributes = {} } = await client.send(new UpdateCommand({ ...input, ReturnValues: "ALL_NEW" }));
      return postOf(Attributes);
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return undefined;
      throw error;
    }
  };

  return {
    spent,

    async get(id) {
      const item = await read(postRow(id));
      return item && postOf(item);
    },

    lease: (post, leaseUntil) => update(table, post, { status: "synthesizing", leaseUntil }),

    async release(post) {
      return (await update(table, post, {}, " REMOVE leaseUntil")) !== undefined;
    },

    async audio({ owner, postHash }) {
      const item = await read(audioRow(owner, postHash));
      const audio = item && audioOf(item);
      return audio === undefined || audio.refs > 0 || isBeingDeleted(audio) ? audio : undefined;
    },

    async removed(id) {
      return (await read(removedRow(id))) as RemovedPost | undefined; // as `remove` of dynamo-posts.ts wrote it
    },

    takeUnused: ({ owner, postHash }) => takeUnused(table, client, { owner, postHash, evenAbsent: true }),

    async spend(id, chars) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { ...spentRow(id) },
          UpdateExpression: "SET #ttl = :ttl ADD billedChars :chars",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: { ":chars": chars, ":ttl": Math.floor(Date.now() / 1000) + SPENT_SECONDS },
        }),
      );
    },

    async settle(post, spoken, hasAudio) {
      const TransactItems = [
        { Update: change(table, post, { status: "ready", ...spoken }, " REMOVE leaseUntil") },
        { Update: oneMoreUser(table, post, spoken, hasAudio) },
        { Update: account(table, post, spoken.billedChars) },
      ];
      const refused = await transact(() => client.send(new TransactWriteCommand({ TransactItems })));
      if (refused === undefined) return "settled";
      return refused[0]?.Code === REFUSED ? "changed" : "audio-gone";
    },

    async giveBack(post) {
      await client.send(new UpdateCommand(account(table, post, await spent(post.id))));
    },

    async fail(post, error) {
      const billedChars = await spent(post.id);
      const TransactItems = [
        { Update: change(table, post, { status: "failed", error, billedChars }, " REMOVE leaseUntil") },
        { Update: account(table, post, billedChars) },
      ];
      return (await transact(() => client.send(new TransactWriteCommand({ TransactItems })))) === undefined;
    },
  };
};
