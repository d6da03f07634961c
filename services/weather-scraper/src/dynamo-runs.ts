// Runs in the table: one item for the plan, one per location for its result.
import { BatchGetCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { wait } from "@warmstart/middleware";
import type { LocationId } from "./config.ts";
import type { HttpState, LocationState, RunStore } from "./forecast-store.ts";
import type { Provider } from "./forecast.ts";
import { OUTCOMES, type Result, type Run, type RunId } from "./runs.ts";

type Item = Record<string, unknown>;

const KEPT_SECONDS = 400 * 86_400;
/** When what is of `ms` has been kept for long enough. */
export const goneAt = (ms: number): number => Math.floor(ms / 1000) + KEPT_SECONDS;

/** DynamoDB's limit of a BatchGetItem. */
const BATCH = 100;

const runKey = (runId: RunId): string => `RUN#${runId}`;

/** Whether the condition of a write held; any other error is thrown on. */
export const held = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
};

/** A result that says more stays: a second delivery finds nothing new, and that is not what the run did. */
export const putResult =
  (TableName: string, client: DynamoDBDocumentClient): RunStore["setResult"] =>
  async (runId, { locationId, ...result }) => {
    const rank = OUTCOMES.indexOf(result.outcome);
    const put = new PutCommand({
      TableName,
      Item: { ...result, pk: runKey(runId), sk: `LOC#${locationId}`, rank, expiresAt: goneAt(Date.now()) },
      ConditionExpression: "attribute_not_exists(pk) OR #rank <= :rank",
      ExpressionAttributeNames: { "#rank": "rank" },
      ExpressionAttributeValues: { ":rank": rank },
    });
    await held(client.send(put));
  };

// What putResult wrote.
const resultOf = ({ pk: _pk, sk, rank: _rank, expiresAt: _at, ...result }: Item): Result =>
  ({ ...result, locationId: String(sk).slice("LOC#".length) }) as unknown as Result;

/** A run as it stands, of however many locations. */
export const readRun = async (
  TableName: string,
  client: DynamoDBDocumentClient,
  runId: RunId,
): Promise<Run | undefined> => {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": runKey(runId) },
        ConsistentRead: true,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  const plan = items.find(({ sk }) => sk === "RUN");
  if (plan === undefined) return undefined;
  const results = items.filter((item) => item !== plan).map(resultOf);
  return { runId, plannedAt: String(plan["plannedAt"]), planned: Number(plan["planned"]), results };
};

export const dynamoRuns = (TableName: string, client: DynamoDBDocumentClient): RunStore => ({
  open: async (runId, planned, plannedAt) => {
    const Item = { pk: runKey(runId), sk: "RUN", plannedAt, planned, expiresAt: goneAt(Date.now()) };
    const isNew = await held(
      client.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" })),
    );
    const found = isNew ? undefined : await readRun(TableName, client, runId);
    return found ?? { runId, plannedAt, planned, results: [] };
  },
  setResult: putResult(TableName, client),
  httpStates: async (wanted) => {
    const keys = wanted.flatMap(({ id, providers }) =>
      providers.map((provider) => ({ pk: `LOC#${id}`, sk: `HTTP#${provider}` })),
    );
    const states = new Map<LocationId, LocationState["http"]>();
    for (let left = keys; left.length > 0;) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys: left.slice(0, BATCH) } } }),
      );
      for (const { pk, sk, ...state } of Responses?.[TableName] ?? []) {
        const id = String(pk).slice("LOC#".length) as LocationId; // one of the keys
        const provider = String(sk).slice("HTTP#".length) as Provider; // likewise
        states.set(id, { ...states.get(id), [provider]: state as HttpState });
      }
      const again = (UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof keys; // of what was asked for
      // Over 16 MB, which is none of these, or too much for the table at that moment.
      if (again.length > 0) await wait(0.5);
      left = [...again, ...left.slice(BATCH)];
    }
    return states;
  },
});
