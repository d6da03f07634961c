// Users in the table `users`: one item each, an index by month of creation for the list, and one by e-mail address.
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { statusThatRefused } from "./dynamo-client.ts";
import { badRequest } from "./errors.ts";
import type { User, UserPage, UserRecord, UserStore, UserVersion } from "./user-store.ts";
import type { UserId } from "./user-schemas.ts";

type Item = Record<string, unknown>;

/** No user is older than this code: here the walk down the months ends. */
const FIRST_MONTH = "2026-01";
/** Months, or pages of 1 MB, that one call looks at. */
const MAX_QUERIES = 12;
/** Where a list stands: after a user, or `2026-03~`, before all of a month ("~" is behind all digits). */
const POSITION = /^\d{4}-(?:0[1-9]|1[0-2])(?:~$|-)/;

const keyOf = (id: UserId) => ({ pk: `U#${id}`, sk: "U" });

const itemOf = (user: User): Item => ({
  ...keyOf(user.id),
  gsi1pk: `M#${user.createdAt.slice(0, 7)}`,
  gsi1sk: `${user.createdAt}#${user.id}`,
  gsi2pk: `E#${user.email}`,
  gsi2sk: user.id,
  ...user,
});

const INDEX_KEYS = ["gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"];
const KEYS = new Set(["pk", "sk", ...INDEX_KEYS]);

const recordOf = (item: Item): UserRecord => {
  const record = Object.fromEntries(Object.entries(item).filter(([name]) => !KEYS.has(name)));
  return record as unknown as UserRecord; // what itemOf or REMOVED wrote; nothing else writes this table
};

const refusal = (error: unknown): "absent" | "other-version" =>
  statusThatRefused(error) === "active" ? "other-version" : "absent";

/** Holds for a user who is there and, when it is given, has this version. */
const condition = ({ version }: UserVersion) => ({
  ConditionExpression: `#status = :active${version === undefined ? "" : " AND #version = :version"}`,
  ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  names: { "#status": "status", "#version": "version" },
  values: { ":active": "active", ":one": 1, ...(version !== undefined && { ":version": version }) },
});

/** `SET` and `REMOVE` for changes; null removes. */
const updateOf = (changes: Item) => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = given.filter(([, value]) => value !== null);
  const removed = given.filter(([, value]) => value === null).map(([name]) => `#c_${name}`);
  const assignments = ["#version = #version + :one", ...set.map(([name]) => `#c_${name} = :c_${name}`)];
  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removed.length > 0 ? ` REMOVE ${removed.join(", ")}` : ""}`,
    names: Object.fromEntries(given.map(([name]) => [`#c_${name}`, name])),
    values: Object.fromEntries(set.map(([name, value]) => [`:c_${name}`, value])),
  };
};

/** All that is known of a person, and the keys under which they are found. */
const PERSONAL = ["email", "name", "locale", "marketingOptIn", "addresses", "role", "createdAt", "updatedAt"];
const BLANK = Object.fromEntries([...PERSONAL, ...INDEX_KEYS].map((name) => [name, null]));

const monthBefore = (month: string): string => {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 2)).toISOString().slice(0, 7);
};

export const dynamoUsers = (table: string, client: DynamoDBDocumentClient): UserStore => {
  const get = async (id: UserId): Promise<UserRecord | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(id) }));
    return Item && recordOf(Item);
  };

  const update = async (which: UserVersion, changes: Item): Promise<Item> => {
    const { names, values, ...conditioned } = condition(which);
    const { UpdateExpression, ...changed } = updateOf(changes);
    const { Attributes = {} } = await client.send(
      new UpdateCommand({
        TableName: table,
        Key: keyOf(which.id),
        ...conditioned,
        UpdateExpression,
        ExpressionAttributeNames: { ...names, ...changed.names },
        ExpressionAttributeValues: { ...values, ...changed.values },
        ReturnValues: "ALL_NEW",
      }),
    );
    return Attributes;
  };

  const queryMonth = (position: string, limit: number) =>
    client.send(
      new QueryCommand({
        TableName: table,
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :month AND gsi1sk < :position",
        ExpressionAttributeValues: { ":month": `M#${position.slice(0, 7)}`, ":position": position },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );

  const list = async ({ limit, after, now }: Parameters<UserStore["list"]>[0]): Promise<UserPage> => {
    const users: User[] = [];
    let position = after ?? `${new Date(now).toISOString().slice(0, 7)}~`;
    if (!POSITION.test(position)) throw badRequest("invalid-cursor", "The cursor is not one of this list");
    for (let query = 0; query < MAX_QUERIES && position >= FIRST_MONTH; query++) {
      const { Items = [], LastEvaluatedKey } = await queryMonth(position, limit + 1 - users.length);
      for (const item of Items) {
        if (users.length === limit) return { users, next: position };
        const user = recordOf(item) as User; // deleted ones have no key of the index
        position = `${user.createdAt}#${user.id}`;
        users.push(user);
      }
      if (LastEvaluatedKey === undefined) position = `${monthBefore(position.slice(0, 7))}~`;
    }
    return position < FIRST_MONTH ? { users } : { users, next: position };
  };

  return {
    get,
    list,

    async add(user) {
      try {
        await client.send(
          new PutCommand({ TableName: table, Item: itemOf(user), ConditionExpression: "attribute_not_exists(pk)" }),
        );
        return true;
      } catch (error) {
        statusThatRefused(error);
        return false;
      }
    },

    async change(which, changes) {
      try {
        return recordOf(await update(which, changes)) as User; // the condition holds for users only
      } catch (error) {
        return refusal(error);
      }
    },

    async remove(which, deletedAt) {
      try {
        await update(which, { ...BLANK, status: "deleted", deletedAt });
        return "removed";
      } catch (error) {
        return statusThatRefused(error) === "deleted" ? "removed" : refusal(error);
      }
    },

    async findByEmail(email) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: "gsi2",
          KeyConditionExpression: "gsi2pk = :email",
          ExpressionAttributeValues: { ":email": `E#${email.toLowerCase()}` },
        }),
      );
      const found = await Promise.all(Items.map(({ gsi2sk }) => get(String(gsi2sk) as UserId)));
      return found.filter((record) => record?.status === "active");
    },
  };
};
