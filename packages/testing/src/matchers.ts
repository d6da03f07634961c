// Matchers for what a service did: its HTTP answer, problems, log lines, metrics, dead letters, items and objects.
import { expect } from "@jest/globals";
import type { DeadLetters } from "./dead-letters.ts";
import { send } from "./http-client.ts";
import type { Invocation } from "./invoke.ts";
import type { TestCloud } from "./open-cloud.ts";

/** What a matcher answers jest. */
export interface MatcherOutcome {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What `toBeHttp` and `toBeProblem` look at: an answer over HTTP, or an Invocation that returned one. */
interface Answer {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

const show = (value: unknown): string => JSON.stringify(value, null, 2) ?? String(value);

/** Jest's own asymmetric matching, so expected values may hold `expect.any(String)` and the like. */
const matches = (actual: unknown, expected: unknown): boolean => {
  try {
    if (typeof expected === "object" && expected !== null) expect(actual).toMatchObject(expected);
    else expect(actual).toEqual(expected);
    return true;
  } catch {
    return false;
  }
};

const outcome = (pass: boolean, wanted: string, got: unknown): MatcherOutcome => ({
  pass,
  message: () => `expected ${pass ? "not " : ""}${wanted}\n\ngot ${show(got)}`,
});

const toBeHttp = (answer: Answer, status: number, json?: object): MatcherOutcome => {
  const pass = answer.status === status && (json === undefined || matches(answer.json, json));
  return outcome(pass, `HTTP ${status}${json === undefined ? "" : ` with ${show(json)}`}`, {
    status: answer.status,
    json: answer.json,
  });
};

const toBeProblem = (answer: Answer, status: number, code: string): MatcherOutcome => {
  const isProblem = answer.headers["content-type"]?.startsWith("application/problem+json") === true;
  const shape = { status, code, type: expect.any(String), title: expect.any(String) };
  const pass = isProblem && answer.status === status && matches(answer.json, shape);
  return outcome(pass, `a problem ${status} ${code} (application/problem+json)`, answer);
};

const toHaveLogged = (invocation: Pick<Invocation, "logs">, line: object): MatcherOutcome =>
  outcome(
    invocation.logs.some((logged) => matches(logged, line)),
    `a log line with ${show(line)}`,
    invocation.logs,
  );

const toHaveMetric = (invocation: Pick<Invocation, "metrics">, name: string, value?: number): MatcherOutcome =>
  outcome(
    invocation.metrics.some((metric) => metric.name === name && (value === undefined || metric.value === value)),
    `the metric ${name}${value === undefined ? "" : ` = ${value}`}`,
    invocation.metrics,
  );

const toHaveNoDeadLetters = ({ deadLetters }: DeadLetters): MatcherOutcome =>
  outcome(deadLetters.length === 0, "no message in any dead-letter queue", deadLetters);

/** `key` and `item` in DynamoDB's JSON: `{ pk: { S: "…" } }`. */
const toHaveItem = async (cloud: TestCloud, table: string, key: object, item: object = {}): Promise<MatcherOutcome> => {
  const input = { TableName: table, Key: key, ConsistentRead: true };
  const { Item } = await cloud.call("dynamodb", "DynamoDB_20120810.GetItem", input);
  return outcome(
    Item !== undefined && matches(Item, item),
    `in ${table} an item ${show(key)} with ${show(item)}`,
    Item,
  );
};

const toHaveObject = async (cloud: TestCloud, bucket: string, key: string): Promise<MatcherOutcome> => {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const { status } = await send("HEAD", `${cloud.endpoint}/${bucket}/${path}`, { sign: { service: "s3" } });
  return outcome(status === 200, `an object ${key} in ${bucket}`, { status });
};

expect.extend({ toBeHttp, toBeProblem, toHaveLogged, toHaveMetric, toHaveNoDeadLetters, toHaveItem, toHaveObject });

declare module "expect" {
  // The parameters' names and constraints must repeat those of the interface that is merged into.
  interface Matchers<R extends void | Promise<void>> {
    /** The status, and the JSON body as with toMatchObject. */
    toBeHttp(status: number, json?: object): R;
    /** An RFC 9457 problem with this status and code. */
    toBeProblem(status: number, code: string): R;
    toHaveLogged(line: object): R;
    toHaveMetric(name: string, value?: number): R;
    /** On the answer of `cloud.idle()`. */
    toHaveNoDeadLetters(): R;
    /** On a cloud; key and item in DynamoDB's JSON. Await it. */
    toHaveItem(table: string, key: object, item?: object): Promise<void>;
    /** On a cloud. Await it. */
    toHaveObject(bucket: string, key: string): Promise<void>;
  }
}
