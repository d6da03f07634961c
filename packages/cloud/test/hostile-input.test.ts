// Bodies that no SDK sends, for every action with its own parameters: each is answered, and none is a failure of ours.
import { Agent, request, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Service } from "../src/gateway/service.ts";
import { layGround } from "../src/ground.ts";
import { type Cloud, createCloud } from "../src/index.ts";
import { mappingRoutes } from "../src/lambda/mapping-actions.ts";
import { routes as lambdaRoutes } from "../src/lambda/routes.ts";
import { routes as pollyRoutes } from "../src/polly/routes.ts";
import { sign } from "../src/protocols/sigv4.ts";
import { ROUTES as schedulerRoutes } from "../src/scheduler/actions.ts";
import { makeServices } from "../src/services.ts";

const SEED = 20_260_101;
const BODIES_PER_ACTION = process.env["WARMSTART_FULL"] === "1" ? 60 : 20;

const TARGETS: Readonly<Record<string, string>> = {
  dynamodb: "DynamoDB_20120810",
  sqs: "AmazonSQS",
  logs: "Logs_20140328",
  events: "AWSEvents",
  cloudwatch: "GraniteServiceVersion20100801",
  ssm: "AmazonSSM",
  secretsmanager: "secretsmanager",
  "cognito-idp": "AWSCognitoIdentityProviderService",
  ecr: "AmazonEC2ContainerRegistry_V20150921",
};
const STREAMS = new Set(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"]);
const FORMS = new Set(["sts", "sns", "cloudformation"]);
const ROUTES = [...lambdaRoutes, ...mappingRoutes, ...schedulerRoutes, ...pollyRoutes];

let cloud: Cloud;
let services: readonly Service[];
const reports: string[] = [];
const report = (message: string): void => void reports.push(message);
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `List.member.1.Name=…`, as the query protocol spells it. */
const flat = (name: string, value: unknown): [string, string][] => {
  if (Array.isArray(value)) return value.flatMap((each, n) => flat(`${name}.member.${n + 1}`, each));
  if (typeof value !== "object" || value === null) return [[name, `${value as string | number}`]]; // what is left
  return Object.entries(value).flatMap(([member, each]) => flat(`${name}.${member}`, each));
};

const encode = ({ name }: Service, action: string, input: object): Sent => {
  const body = JSON.stringify(input);
  if (FORMS.has(name)) {
    const pairs = Object.entries(input).flatMap(([member, value]) => flat(member, value));
    const form = new URLSearchParams([["Action", action], ...pairs]);
    return { method: "POST", path: "/", headers: {}, body: form.toString() };
  }
  const route = ROUTES.find((each) => each.action === action);
  if (route !== undefined) {
    return { method: route.method, path: route.path.replaceAll(/\{\w+\}/g, "jobs"), headers: {}, body };
  }
  const prefix = STREAMS.has(action) && name === "dynamodb" ? "DynamoDBStreams_20120810" : TARGETS[name];
  if (prefix === undefined) throw new Error(`how is ${name}:${action} called?`);
  return { method: "POST", path: "/", headers: { "x-amz-target": `${prefix}.${action}` }, body };
};

const send = (service: Service, action: string, input: object): Promise<number | undefined> => {
  const { method, path, headers, body } = encode(service, action, input);
  const { host } = new URL(cloud.endpoint);
  const keys = { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1", now: Date.now() };
  const signed = sign({ method, path, rawQuery: "", headers: { host, ...headers }, payload: body }, { ...keys, service: service.name }); // prettier-ignore
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage): void => {
      response.resume().on("end", () => resolve(response.statusCode));
    };
    const options = { method, path, agent, headers: { ...signed, "content-length": Buffer.byteLength(body) } };
    request(cloud.endpoint, options, onResponse).on("error", reject).end(body);
  });
};

/** No whole seconds that a long poll would wait for. */
const ODD = [null, true, 0, -1, 1.5, 1e15, 1e300, "", "jobs", "\ud800", "\u0000", "a".repeat(300), "{}", "[null]"];
const NAMED = { toString: 1 };

/** Things that are there, so that not every request ends with a missing one. */
const WORLD: readonly (readonly [service: string, action: string, input: object])[] = [
  ["sqs", "CreateQueue", { QueueName: "jobs" }],
  ["sns", "CreateTopic", { Name: "jobs" }],
  ["logs", "CreateLogGroup", { logGroupName: "jobs" }],
  ["logs", "CreateLogStream", { logGroupName: "jobs", logStreamName: "jobs" }],
  ["events", "CreateEventBus", { Name: "jobs" }],
  ["events", "PutRule", { Name: "jobs", EventPattern: '{"source":["jobs"]}' }],
  ["ssm", "PutParameter", { Name: "jobs", Value: "jobs", Type: "String" }],
  ["secretsmanager", "CreateSecret", { Name: "jobs", SecretString: "jobs" }],
  [
    "dynamodb",
    "CreateTable",
    {
      TableName: "jobs",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    },
  ],
];

/** Right names, odd values, and both in lists and under names that parameters have. */
const valueOf = (names: readonly string[], texts: readonly string[]): fc.Arbitrary<unknown> => {
  const right = fc.constantFrom("jobs", "jobs", ...texts);
  const odd = fc.constantFrom<unknown>(...ODD, {}, [], [null], NAMED, [NAMED]);
  const within = (one: fc.Arbitrary<unknown>) =>
    fc.oneof(fc.array(one, { maxLength: 2 }), fc.dictionary(fc.constantFrom("jobs", ...names), one, { maxKeys: 3 }));
  const leaf = fc.oneof(right, odd);
  return fc.oneof(right, odd, within(leaf), within(within(leaf)));
};

const bodiesOf = (parameters: readonly string[], value: fc.Arbitrary<unknown>, seed: number) =>
  fc.sample(fc.record(Object.fromEntries(parameters.map((name) => [name, value])), { requiredKeys: [] }), {
    seed,
    numRuns: BODIES_PER_ACTION,
  });

beforeAll(async () => {
  cloud = await createCloud({ port: 0, frozenAt: Date.UTC(2026, 0, 1), voices: "fast", report });
  const ground = layGround({ frozenAt: 0 });
  const made = makeServices(ground, {});
  services = made.services;
  await made.lambda.close();
  ground.store.close();
});
afterAll(async () => {
  agent.destroy();
  await cloud.close();
});

/** What ends things comes last. */
const isLast = (action: string): boolean => /^(Delete|AdminDelete|Purge|Remove)/.test(action);

test("no action fails on a body of the wrong shape", async () => {
  const actions = services
    .filter(({ name }) => name !== "s3") // REST-XML: nothing of it is in a JSON body
    .flatMap((service) => Object.entries(service.actions).map(([name, act]) => ({ service, name, act })))
    .toSorted((a, b) => Number(isLast(a.name)) - Number(isLast(b.name)));
  for (const [of, name, input] of WORLD) {
    const service = services.find((each) => each.name === of);
    expect([of, service && (await send(service, name, input))]).toEqual([of, 200]);
  }
  const names = [...new Set(actions.flatMap(({ act }) => act.parameters ?? []))];
  const arns = ["sqs", "sns"].map((service) => `arn:aws:${service}:us-east-1:000000000000:jobs`);
  const value = valueOf(names, [...arns, `${cloud.endpoint}/000000000000/jobs`, "Joanna", "mp3"]);
  const failed: string[] = [];
  for (const [index, { service, name, act }] of actions.entries()) {
    const bodies = bodiesOf(act.parameters ?? [], value, SEED + index);
    const statuses = await Promise.all(bodies.map((body) => send(service, name, body)));
    const at = statuses.indexOf(500);
    if (at >= 0) failed.push(`${service.name}:${name} ${JSON.stringify(bodies[at])}`);
  }
  expect(failed).toEqual([]);
  expect(reports).toEqual([]);
}, 30_000);
