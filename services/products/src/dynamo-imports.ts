// Imports in the table of products: an item each, with the checkpoint that the next run goes on from.
import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, itemThatRefused, type Table } from "./dynamo-client.ts";
import {
  NO_PROGRESS,
  type BegunImport,
  type ImportId,
  type ImportRecord,
  type ImportRecords,
  type NotBegun,
} from "./import.ts";

const DAY_SECONDS = 24 * 3600;
/** What nobody sent a file for is forgotten. */
const UNUSED_SECONDS = 7 * DAY_SECONDS;
/** As long as the bucket keeps the result. */
const KEPT_SECONDS = 90 * DAY_SECONDS;

const keyOf = (id: ImportId) => ({ pk: `IMPORT#${id}`, sk: "IMPORT" });
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** The update of an import that sets these; every name is aliased, as `state` and `line` are reserved words. */
const setting = ({ name }: Table, id: ImportId, values: Item) => {
  const names = Object.keys(values).filter((each) => values[each] !== undefined);
  return {
    TableName: name,
    Key: keyOf(id),
    sets: names.map((each) => `#${each} = :${each}`).join(", "),
    names: Object.fromEntries(names.map((each) => [`#${each}`, each])),
    values: Object.fromEntries(names.map((each) => [`:${each}`, values[each]])),
  };
};

/** Only the run that holds the lease may write. */
const ownUpdate = (table: Table, { id, run }: BegunImport, set: Item, remove = "") => {
  const { sets, names, values, ...update } = setting(table, id, set);
  return new UpdateCommand({
    ...update,
    UpdateExpression: `SET ${sets}${remove}`,
    ConditionExpression: "#run = :run",
    ExpressionAttributeNames: { ...names, "#run": "run" },
    ExpressionAttributeValues: { ...values, ":run": run },
  });
};

const recordOf = ({ pk, ...item }: Item): ImportRecord => {
  const { state, dryRun, createdAt, startedAt, endedAt, sizeBytes, problem, progress } =
    item as unknown as ImportRecord; // as this file writes it
  const id = String(pk).slice("IMPORT#".length) as ImportId; // out of `keyOf`
  const times = { ...(startedAt !== undefined && { startedAt }), ...(endedAt !== undefined && { endedAt }) };
  const rest = { ...(sizeBytes !== undefined && { sizeBytes }), ...(problem !== undefined && { problem }) };
  return { id, state, dryRun, createdAt, ...times, ...rest, progress };
};

const whyNot = (found: Item, versionId: string): NotBegun => {
  if (found["state"] === undefined) return "unknown";
  if (found["state"] !== "WAITING" && found["versionId"] !== versionId) return "other-file";
  return found["state"] === "RUNNING" ? "busy" : "ended";
};

export const dynamoImports = (table: Table): ImportRecords => ({
  async expect({ id, ...expected }) {
    const fresh = { state: "WAITING", progress: NO_PROGRESS, ttl: inSeconds(UNUSED_SECONDS) };
    const Item = { ...keyOf(id), ...expected, ...fresh };
    const put = new PutCommand({ TableName: table.name, Item, ConditionExpression: "attribute_not_exists(pk)" });
    await table.client.send(put).catch(itemThatRefused);
  },

  async find(id) {
    const get = new GetCommand({ TableName: table.name, Key: keyOf(id), ConsistentRead: true });
    const { Item } = await table.client.send(get);
    return Item && recordOf(Item);
  },

  async begin(id, { versionId, etag, sizeBytes }, { run, until }) {
    const now = Date.now();
    const begun = { state: "RUNNING", versionId, etag, sizeBytes, run, leaseUntil: until };
    const { sets, names, values, ...update } = setting(table, id, begun);
    const begin = new UpdateCommand({
      ...update,
      UpdateExpression: `SET ${sets}, startedAt = if_not_exists(startedAt, :now) REMOVE #ttl`,
      ConditionExpression:
        "#state = :waiting OR (#state = :state AND versionId = :versionId AND leaseUntil < :nowMilliseconds)",
      ExpressionAttributeNames: { ...names, "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ...values,
        ":waiting": "WAITING",
        ":now": new Date(now).toISOString(),
        ":nowMilliseconds": now,
      },
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      const { Attributes } = await table.client.send(begin);
      const { dryRun, createdBy, progress } = Attributes as unknown as BegunImport; // as this file writes it
      return { id, run, dryRun, createdBy, progress };
    } catch (error) {
      return whyNot(itemThatRefused(error), versionId);
    }
  },

  async checkpoint(begun, progress, options) {
    await table.client.send(ownUpdate(table, begun, { progress, ...(options?.release && { leaseUntil: 0 }) }));
  },

  async end(begun, problem) {
    const state = problem ? "FAILED" : "DONE";
    const ended = { state, problem, endedAt: new Date().toISOString(), ttl: inSeconds(KEPT_SECONDS) };
    await table.client.send(ownUpdate(table, begun, ended, " REMOVE #run, leaseUntil"));
  },
});
