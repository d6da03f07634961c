// What runs write to the item of their file, each on the condition that no newer one has begun.
import { LIST, openTable, update } from "./dynamo-files.ts";
import { padded, type Run, type RunRecords } from "./files.ts";

/** `#name = :name, …`, and what these stand for. */
const assign = (values: Readonly<Record<string, unknown>>) => {
  const names = Object.keys(values);
  return {
    sets: names.map((name) => `#${name} = :${name}`).join(", "),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
  };
};

export const dynamoRuns = (TableName: string): RunRecords => {
  const table = openTable();

  const ofNewest = ({ id, sequencer, scans }: Run) => ({
    TableName,
    Key: { id },
    ConditionExpression: "sequencer = :sequencer AND scans = :scans AND #status = :scanning",
    names: { "#status": "status" },
    values: { ":sequencer": sequencer, ":scans": scans, ":scanning": "scanning" },
  });

  return {
    begin: async (id, { bucket, key, versionId = "null", etag, sizeBytes, ...object }) => {
      const sequencer = padded(object.sequencer);
      const startedAt = new Date().toISOString();
      const version = { sequencer, bucket, key, versionId, etag, sizeBytes };
      const { sets, names, values } = assign({ ...version, status: "scanning", startedAt, list: LIST });
      const begun = await update(table, {
        TableName,
        Key: { id },
        UpdateExpression: `SET ${sets}, scans = if_not_exists(scans, :zero),
          createdAt = if_not_exists(createdAt, :startedAt), listKey = if_not_exists(listKey, :listKey)
          REMOVE done, problem, #ttl`,
        // The same version begins again after a run that failed or died, and when a further scan is wanted (`pending`).
        ConditionExpression: `attribute_not_exists(sequencer) OR sequencer < :sequencer
          OR (sequencer = :sequencer AND #status IN (:pending, :status, :failed))`,
        ExpressionAttributeNames: { ...names, "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ...values,
          ":zero": 0,
          ":listKey": `${startedAt}#${id}`,
          ":pending": "pending",
          ":failed": "failed",
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      if ("refused" in begun) return begun.refused?.["sequencer"]?.S === sequencer ? "repeated" : "superseded";
      const { scans = 0, scanRequest, requested } = begun.item;
      return { id, sequencer, scans, request: (requested === sequencer && scanRequest) || null };
    },

    chunksDone: async (run, numbers) => {
      const { names, values, ...newest } = ofNewest(run);
      const added = await update(table, {
        ...newest,
        UpdateExpression: "ADD done :numbers",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ...values, ":numbers": new Set(numbers) },
      });
      return "item" in added ? added.item.done?.size : undefined;
    },

    end: async (run, { status, ...outcome }) => {
      const { names, values, ...newest } = ofNewest(run);
      const what = "summary" in outcome ? { ...outcome.summary, described: run.sequencer } : outcome;
      const set = assign({ status, ...what });
      const ended = await update(table, {
        ...newest,
        UpdateExpression: `SET ${set.sets} REMOVE done`,
        ExpressionAttributeNames: { ...names, ...set.names },
        ExpressionAttributeValues: { ...values, ...set.values },
      });
      return "item" in ended;
    },
  };
};
