// DynamoDB's GetItem over HTTP beside dynalite's own server, in one run, and what many of them cost in memory.
import { spawn } from "node:child_process";
import type { BenchRow } from "@warmstart/testing/bench";
import { sign } from "../dist/protocols/sigv4.js";
import { startCloudProcess } from "./cloud-process.ts";
import { atOnce, median, oneByOne, type Target } from "./load.ts";

const ROUNDS = 7;
const PER_ROUND = 3_000;
/** Until the code of both is compiled. */
const WARM_UP = 20_000;
const CONNECTIONS = 10;
const GROWTH_REQUESTS = 25_000;
const PORT = 4930;
const LEAST_RATIO = 0.7;
const MOST_GROWTH_MB = 20;

const key = { id: { S: "item-1" } };
const item = { ...key, title: { S: "A title of some length" }, n: { N: "42" }, tags: { SS: ["a", "b"] } };
const table = {
  TableName: "bench",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};

interface Peer {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const startDynalite = async (): Promise<Peer> => {
  const code = `require("dynalite")({ createTableMs: 0 }).listen(${PORT + 50}, "127.0.0.1", () => console.log("ready"))`;
  const child = spawn(process.execPath, ["-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: import.meta.dirname,
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    endpoint: `http://127.0.0.1:${PORT + 50}`,
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
};

/** A request that is signed once: signing again would measure the client. */
const prepare = (endpoint: string, action: string, input: object): Target => {
  const body = JSON.stringify(input);
  const headers = {
    host: new URL(endpoint).host,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `DynamoDB_20120810.${action}`,
  };
  const signed = sign(
    { method: "POST", path: "/", rawQuery: "", headers, payload: body },
    { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1", service: "dynamodb", now: Date.now() },
  );
  return { url: `${endpoint}/`, headers: signed, body };
};

/** Requests per second. */
const load = (target: Target, count: number): Promise<number> => atOnce(target, { connections: CONNECTIONS, count });

/** A table with one item; answers the request that gets it. */
const fill = async (endpoint: string): Promise<Target> => {
  await oneByOne(prepare(endpoint, "CreateTable", table), 1);
  await new Promise((resolve) => setTimeout(resolve, 200)); // dynalite's table becomes ACTIVE
  await oneByOne(prepare(endpoint, "PutItem", { TableName: "bench", Item: item }), 1);
  return prepare(endpoint, "GetItem", { TableName: "bench", Key: key, ConsistentRead: true });
};

export const dynamoDbRows = async (): Promise<readonly BenchRow[]> => {
  const cloud = await startCloudProcess(undefined, PORT);
  const dynalite = await startDynalite();
  const ours = await fill(cloud.endpoint);
  const theirs = await fill(dynalite.endpoint);
  const rates: { ours: number; theirs: number }[] = [];
  for (const target of [ours, theirs]) await load(target, WARM_UP);
  for (let round = 0; round < ROUNDS; round++) {
    rates.push({ ours: await load(ours, PER_ROUND), theirs: await load(theirs, PER_ROUND) });
  }
  await dynalite.close();
  const before = cloud.rssMb();
  await load(ours, GROWTH_REQUESTS);
  const grown = cloud.rssMb() - before;
  await cloud.close();
  const ratio = median(rates.map((rate) => rate.ours / rate.theirs));
  const perSecond = median(rates.map((rate) => rate.ours));
  return [
    {
      name: "DynamoDB GetItem, beside dynalite's own server",
      value: `${perSecond.toFixed(0)} /s`,
      ratio,
      target: `≥ ${LEAST_RATIO}`,
      ok: ratio >= LEAST_RATIO,
    },
    {
      name: `growth over ${GROWTH_REQUESTS} GetItems`,
      value: `${grown.toFixed(0)} MB`,
      target: `≤ ${MOST_GROWTH_MB} MB`,
      ok: grown <= MOST_GROWTH_MB,
    },
  ];
};
