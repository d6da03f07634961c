// The commands of the unmodified `sls`, on a service that uses every resource type and every event source.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminConfirmSignUpCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  ListUserPoolsCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, ListTablesCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  PutEventsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListTopicsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createCloud } from "../src/cloud.ts";
import { sign } from "../src/protocols/sigv4.ts";
import { describeSupport } from "../src/support.ts";
import { openSls, type Sls } from "./sls.test.fixture.ts";

const full = process.env["WARMSTART_FULL"] === "1";
const STACK = "probe-local";

let cloud: Awaited<ReturnType<typeof createCloud>>;
let sls: Sls;
let config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
beforeAll(async () => {
  cloud = await createCloud({ port: 0 });
  sls = openSls(cloud.endpoint);
  config = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
});
afterAll(async () => {
  await cloud.close();
  sls.close();
});

/** Some tests run several commands of 2 to 4 seconds, on a machine that may be busy. */
const LIMIT = 120_000;
const HOUR = 3_600_000;

/** Functions that record what starts them. */
const FIRING =
  "alarmed announced changed confirmed hourly logged nightly noticed ordered requested succeeded uploaded worked".split(
    " ",
  );

/** When the nightly schedule was made. */
const scheduledAt = async (): Promise<number> => {
  const { Schedules: [nightly] = [] } = await new SchedulerClient(config).send(new ListSchedulesCommand({}));
  return nightly?.CreationDate?.getTime() ?? Number.NaN;
};

const inBerlin = (time: number): string => new Date(time).toLocaleTimeString("sv-SE", { timeZone: "Europe/Berlin" });

/** How often it was four o'clock in Berlin: in 25 hours once or, if they begin shortly before, twice. */
const nightsBetween = (from: number, to: number): number => {
  const [first, last] = [Math.floor(from / HOUR) + 1, Math.floor(to / HOUR)];
  const hours = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * HOUR);
  return hours.filter((hour) => inBerlin(hour) === "04:00:00").length;
};

/** What the functions recorded, by function. */
const records = async (): Promise<Readonly<Record<string, readonly unknown[]>>> => {
  const { Items = [] } = await new DynamoDBClient(config).send(new ScanCommand({ TableName: `${STACK}-records` }));
  const groups = Object.groupBy(Items, ({ what }) => what?.S ?? "");
  const read = (items: typeof Items = []): unknown[] => items.map(({ event }) => JSON.parse(event?.S ?? "{}"));
  return Object.fromEntries(Object.entries(groups).map(([what, items]) => [what, read(items)]));
};

const queueUrl = (name: string): string => `${cloud.endpoint}/000000000000/${STACK}-${name}`;
const physicalId = (logicalId: string): string =>
  cloud.resources(STACK).find((resource) => resource.logicalId === logicalId)?.physicalId ?? "";

/** Somebody signs up, is confirmed, and signs in. */
const idToken = async (): Promise<string> => {
  const client = new CognitoIdentityProviderClient(config);
  const ClientId = physicalId("PoolClient");
  const [Username, Password] = ["ada", "Correct-horse-9"];
  await client.send(new SignUpCommand({ ClientId, Username, Password }));
  await client.send(new AdminConfirmSignUpCommand({ UserPoolId: physicalId("CognitoUserPoolProbe"), Username }));
  const AuthParameters = { USERNAME: Username, PASSWORD: Password };
  const signedIn = await client.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
  );
  return signedIn.AuthenticationResult?.IdToken ?? "";
};

const signedHeaders = (url: string): Readonly<Record<string, string>> => {
  const { host, pathname } = new URL(url);
  const request = { method: "GET", path: pathname, rawQuery: "", headers: { host } };
  const { accessKeyId, secretAccessKey } = config.credentials;
  return sign(request, { accessKeyId, secretAccessKey, region: "us-east-1", service: "execute-api", now: cloud.now() });
};

/** Every event source once. Answers the statuses of the routes: open, members, checked, signed; each without its key first. */
const fireAll = async (api: string): Promise<readonly number[]> => {
  const status = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    (await fetch(api + path, { headers })).status;
  const sqs = new SQSClient(config);
  const lambda = new LambdaClient(config);
  const attempt = (payload: object) =>
    lambda.send(
      new InvokeCommand({
        FunctionName: `${STACK}-attempted`,
        InvocationType: "Event",
        Payload: JSON.stringify(payload),
      }),
    );
  await new S3Client({ ...config, forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: `${STACK}-inbox`, Key: "a b.txt", Body: "hello" }),
  );
  const Entries = ["good", "bad", "fine"].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl("jobs"), Entries }));
  for (const MessageBody of ["1", "2"])
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrl("ordered.fifo"), MessageBody, MessageGroupId: "group" }),
    );
  const TopicArn = physicalId("SNSTopicProbelocalnews");
  for (const kind of ["news", "rumour"])
    await new SNSClient(config).send(
      new PublishCommand({
        TopicArn,
        Message: kind,
        MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
      }),
    );
  const Item = { id: { S: "1" } };
  await new DynamoDBClient(config).send(new PutItemCommand({ TableName: `${STACK}-items`, Item }));
  await attempt({});
  await attempt({ fail: true });
  const noticed = { EventBusName: `${STACK}-bus`, Source: "probe", DetailType: "Noticed", Detail: '{"n":1}' };
  await new EventBridgeClient(config).send(
    new PutEventsCommand({ Entries: [noticed, { ...noticed, DetailType: "Other" }] }),
  );
  const key = { "x-key": "open sesame" };
  return [
    await status("/open"),
    await status("/members"),
    await status("/members", { authorization: await idToken() }),
    await status("/checked"),
    await status("/checked", { "x-key": "wrong" }),
    await status("/checked", key),
    await status("/signed"),
    await status("/signed", signedHeaders(`${api}/signed`)),
  ];
};

const inQueue = async (name: string): Promise<number> => {
  const AttributeNames = ["ApproximateNumberOfMessages" as const];
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames });
  const { Attributes } = await new SQSClient(config).send(command);
  return Number(Attributes?.["ApproximateNumberOfMessages"]);
};

/** Everything that the account still has. */
const left = async (): Promise<readonly unknown[]> => {
  const { Buckets = [] } = await new S3Client({ ...config, forcePathStyle: true }).send(new ListBucketsCommand({}));
  const { TableNames = [] } = await new DynamoDBClient(config).send(new ListTablesCommand({}));
  const { QueueUrls = [] } = await new SQSClient(config).send(new ListQueuesCommand({}));
  const { Topics = [] } = await new SNSClient(config).send(new ListTopicsCommand({}));
  const lambda = new LambdaClient(config);
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const { logGroups = [] } = await new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({}));
  const pools = await new CognitoIdentityProviderClient(config).send(new ListUserPoolsCommand({ MaxResults: 9 }));
  const { Stacks = [] } = await new CloudFormationClient(config).send(new DescribeStacksCommand({}));
  const events = new EventBridgeClient(config);
  const { EventBuses = [] } = await events.send(new ListEventBusesCommand({}));
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const { Schedules = [] } = await new SchedulerClient(config).send(new ListSchedulesCommand({}));
  const { MetricAlarms = [] } = await new CloudWatchClient(config).send(new DescribeAlarmsCommand({}));
  const { Parameters = [] } = await new SSMClient(config).send(new DescribeParametersCommand({}));
  const { SecretList = [] } = await new SecretsManagerClient(config).send(new ListSecretsCommand({}));
  const buses = EventBuses.filter(({ Name }) => Name !== "default");
  const timed = [...buses, ...Rules, ...Schedules, ...MetricAlarms, ...Parameters, ...SecretList];
  const named = [...TableNames, ...QueueUrls, ...Functions.map(({ FunctionName }) => FunctionName)];
  return [
    ...named,
    ...Buckets,
    ...Topics,
    ...EventSourceMappings,
    ...logGroups,
    ...(pools.UserPools ?? []),
    ...Stacks,
    ...timed,
  ];
};

const inFullRuns = full ? describe : describe.skip; // each command takes two seconds of work
let api = "";
const answer = async (): Promise<unknown> => (await fetch(`${api}/open`)).json();

test(
  "deploy makes the probe of more than 42 resources, of every type",
  async () => {
    const output = await sls.run("deploy");
    expect(output).toContain("Service deployed to stack probe-local");
    api = /GET - (http:\/\/127\.0\.0\.1:\d+)\/open/.exec(output)?.[1] ?? "";
    const resources = cloud.resources(STACK);
    expect(resources.length).toBeGreaterThanOrEqual(42);
    const types = [...(await describeSupport()).matchAll(/^\| (AWS::\S+) \|/gm)].map(([, type]) => type);
    expect([...new Set(resources.map(({ type }) => type))].toSorted()).toEqual(types);
    expect(new Set(resources.map(({ status }) => status))).toEqual(new Set(["CREATE_COMPLETE"]));
  },
  LIMIT,
);

test(
  "every event source fires",
  async () => {
    expect(await fireAll(api)).toEqual([200, 401, 200, 401, 403, 200, 403, 200]);
    await cloud.idle();
    await cloud.advance(25 * HOUR); // a night; the bad job came back once, and is dead then
    await cloud.idle();
    const nights = nightsBetween(await scheduledAt(), cloud.now());
    const seen = await records();
    expect(Object.keys(seen).toSorted()).toEqual(FIRING);
    expect(seen["uploaded"]).toMatchObject([{ Records: [{ s3: { object: { key: "a+b.txt", size: 5 } } }] }]);
    expect(seen["announced"]).toMatchObject([{ Records: [{ Sns: { Message: "news" } }] }]);
    expect(seen["changed"]).toMatchObject([{ Records: [{ eventName: "INSERT" }] }]);
    expect(seen["succeeded"]).toMatchObject([{ responsePayload: { done: true } }]);
    expect(seen["confirmed"]).toMatchObject([{ userName: "ada" }]);
    expect(seen["noticed"]).toMatchObject([{ "detail-type": "Noticed", detail: { n: 1 } }]);
    expect(seen["hourly"]).toHaveLength(25);
    expect(seen["nightly"]).toEqual(Array.from({ length: nights }, () => ({ night: true })));
    expect(JSON.stringify(seen["alarmed"])).toContain("AttemptsFail");
    expect(await inQueue("dead-jobs")).toBe(1);
    expect(await inQueue("failures")).toBe(1);
  },
  LIMIT,
);

inFullRuns("in full runs", () => {
  test(
    "deploy again has no changes to deploy",
    async () => {
      expect(await sls.run("deploy")).toContain("No changes to deploy. Deployment skipped.");
    },
    LIMIT,
  );
});

test(
  "a changed deploy updates in place",
  async () => {
    const before = physicalId("Records");
    expect(await sls.run("deploy", { PROBE_WORD: "two" })).toContain("Service deployed");
    expect(await answer()).toMatchObject({ word: "two" });
    expect(physicalId("Records")).toBe(before);
    expect(Object.keys(await records())).toEqual(expect.arrayContaining(FIRING));
  },
  LIMIT,
);

test(
  "deploy function changes the code of one function",
  async () => {
    const path = join(sls.folder, "handlers.js");
    writeFileSync(path, readFileSync(path, "utf8").replace("code: 1", "code: 2"));
    expect(await sls.run("deploy function -f requested")).toContain("Function code deployed");
    expect(await answer()).toMatchObject({ word: "two", code: 2, secret: "hunter2", greeting: "hello" });
  },
  LIMIT,
);

test(
  "invoke shows the answer of a function",
  async () => {
    expect(await sls.run("invoke -f requested -d {}")).toContain('"statusCode": 200');
  },
  LIMIT,
);

inFullRuns("in full runs", () => {
  test(
    "logs, info and deploy list tell what there is",
    async () => {
      expect(await sls.run("logs -f requested")).toContain('{"probe":"seen"}');
      expect(await sls.run("info")).toContain("requested: probe-local-requested");
      const listed = await sls.run("deploy list");
      expect(listed.match(/Timestamp: \d+/g)).toHaveLength(2);
    },
    LIMIT,
  );

  test(
    "deploy --force, rollback, and metrics",
    async () => {
      expect(await sls.run("deploy --force", { PROBE_WORD: "four" })).toContain("Service deployed");
      const first = /Timestamp: (\d+)/.exec(await sls.run("deploy list"))?.[1];
      expect(await sls.run(`rollback --timestamp ${first}`)).toContain("Service rolled back to timestamp");
      expect(await answer()).toMatchObject({ word: "one" });
      expect(await sls.run("deploy list functions")).toContain("All versions: $LATEST, 1");
      expect(await sls.run("metrics")).toContain("invocations");
      expect(await sls.run("metrics -f requested")).toContain("invocations");
    },
    LIMIT,
  );

  test(
    "remove keeps a bucket with objects",
    async () => {
      await expect(sls.run("remove")).rejects.toThrow("The bucket you tried to delete is not empty");
    },
    LIMIT,
  );
});

test(
  "remove leaves nothing once the bucket is empty",
  async () => {
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new DeleteObjectCommand({ Bucket: `${STACK}-inbox`, Key: "a b.txt" }));
    expect(await sls.run("remove")).toContain("Service probe has been successfully removed");
    expect(await left()).toEqual([]);
  },
  LIMIT,
);

inFullRuns("in full runs", () => {
  test(
    "the direct deployment method creates, finds no changes, updates and removes",
    async () => {
      const direct = { PROBE_METHOD: "direct" };
      expect(await sls.run("deploy", direct)).toContain("Service deployed");
      expect(await sls.run("deploy", direct)).toContain("No changes to deploy");
      expect(await sls.run("deploy --force", { ...direct, PROBE_WORD: "two" })).toContain("Service deployed");
      await sls.run("remove", direct);
      expect(await left()).toEqual([]);
    },
    LIMIT,
  );

  test(
    "a service whose every function has its own named role: deploy, deploy function, remove",
    async () => {
      const shortener = openSls(cloud.endpoint, "url-shortener");
      const issuer = "--param jwtIssuer=https://users.example --param jwtAudience=nobody"; // alone, without the service users
      try {
        expect(await shortener.run(`deploy ${issuer}`)).toContain("Service deployed to stack url-shortener-local");
        const path = join(shortener.folder, "functions/redirect.ts");
        writeFileSync(path, `console.log("changed");\n${readFileSync(path, "utf8")}`);
        expect(await shortener.run("deploy function -f redirect")).toContain("Function code deployed");
        const event = { pathParameters: { code: "none" }, requestContext: { http: { method: "GET" } }, headers: {} };
        expect(await shortener.run(`invoke -f redirect -d ${JSON.stringify(event)}`)).toContain('"statusCode": 404');
        expect(await shortener.run("logs -f redirect")).toContain("changed");
        expect(await shortener.run("remove")).toContain("Service url-shortener has been successfully removed");
        expect(await left()).toEqual([]);
      } finally {
        shortener.close();
      }
    },
    LIMIT,
  );
});
