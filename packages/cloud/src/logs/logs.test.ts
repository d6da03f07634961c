import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openSmallCloud, START, type SmallCloud } from "../lambda/small-cloud.test.fixture.ts";

let cloud: SmallCloud;
beforeEach(async () => {
  cloud = await openSmallCloud();
});
afterEach(() => cloud.close());

const logGroupName = "/app/test";
const logStreamName = "2026/11/21/[1]a";
const prepare = async (): Promise<void> => {
  await cloud.logsClient.send(new CreateLogGroupCommand({ logGroupName }));
  await cloud.logsClient.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
};
const put = (messages: readonly string[], at = START, stream = logStreamName) =>
  cloud.logsClient.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: stream,
      logEvents: messages.map((message, index) => ({ timestamp: at + index, message })),
    }),
  );
const filter = async (input: Record<string, unknown> = {}) =>
  await cloud.logsClient.send(new FilterLogEventsCommand({ logGroupName, ...input }));

test("events are read back in order, by time, by pattern, by stream and in pages", async () => {
  await prepare();
  await cloud.logsClient.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "other" }));
  await put(["a1", "a2", "a3"]);
  await put(["b1"], START + 1, "other");
  const found = async (input?: Record<string, unknown>) => (await filter(input)).events?.map(({ message }) => message);
  expect(await found()).toEqual(["a1", "a2", "b1", "a3"]);
  expect(await found({ startTime: START + 1, endTime: START + 1 })).toEqual(["a2", "b1"]);
  expect(await found({ filterPattern: "a -2" })).toEqual(["a1", "a3"]);
  expect(await found({ logStreamNames: ["other"] })).toEqual(["b1"]);
  expect(await found({ logStreamNamePrefix: "2026" })).toEqual(["a1", "a2", "a3"]);
  const first = await filter({ limit: 3 });
  expect(first.events).toHaveLength(3);
  const second = await filter({ limit: 3, nextToken: first.nextToken });
  expect(second.events?.map(({ message }) => message)).toEqual(["a3"]);
  expect(second.nextToken).toBeUndefined();
});

const get = (input: Record<string, unknown>) =>
  cloud.logsClient.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit: 2, ...input }));
const messages = ({ events }: { events?: { message?: string }[] }) => events?.map(({ message }) => message);

test("a stream is read from its end, or from its head, by tokens", async () => {
  await prepare();
  await put(["1", "2", "3", "4"]);
  const last = await get({});
  expect(messages(last)).toEqual(["3", "4"]);
  const before = await get({ nextToken: last.nextBackwardToken });
  expect(messages(before)).toEqual(["1", "2"]);
  const end = await get({ nextToken: last.nextForwardToken });
  expect(messages(end)).toEqual([]);
  expect(end.nextForwardToken).toBe(last.nextForwardToken);
  expect(messages(await get({ startFromHead: true }))).toEqual(["1", "2"]);
});

const eventsAt = (...times: number[]) => ({
  logGroupName,
  logStreamName,
  logEvents: times.map((timestamp) => ({ timestamp, message: "x" })),
});

test("events out of order are refused, those too old or too new are named", async () => {
  await prepare();
  const day = 86_400_000;
  await expect(cloud.logsClient.send(new PutLogEventsCommand(eventsAt(START, START - 1)))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const rejected = async (...times: number[]) =>
    (await cloud.logsClient.send(new PutLogEventsCommand(eventsAt(...times)))).rejectedLogEventsInfo;
  expect(await rejected(START - 14 * day - 1, START - 14 * day)).toEqual({ tooOldLogEventEndIndex: 1 });
  expect(await rejected(START, START + day / 8)).toEqual({ tooNewLogEventStartIndex: 1 });
  expect((await filter()).events).toHaveLength(2);
});

test("events go when their retention is over", async () => {
  await prepare();
  await cloud.logsClient.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  await put(["old"]);
  await cloud.clock.advance(6 * 86_400_000);
  expect((await filter()).events).toHaveLength(1);
  await cloud.clock.advance(2 * 86_400_000);
  expect((await filter()).events).toHaveLength(0);
});

test("groups and streams are described in pages, unknown ones and unsupported actions refused", async () => {
  await prepare();
  await cloud.logsClient.send(new CreateLogGroupCommand({ logGroupName: "/app/z" }));
  await put(["x"]);
  const page = await cloud.logsClient.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/app", limit: 1 }));
  expect(page.logGroups).toMatchObject([
    { logGroupName, arn: "arn:aws:logs:us-east-1:000000000000:log-group:/app/test:*" },
  ]);
  const next = await cloud.logsClient.send(new DescribeLogGroupsCommand({ limit: 1, nextToken: page.nextToken }));
  expect(next.logGroups).toMatchObject([{ logGroupName: "/app/z" }]);
  const streams = await cloud.logsClient.send(
    new DescribeLogStreamsCommand({ logGroupName, orderBy: "LastEventTime", descending: true }),
  );
  expect(streams.logStreams).toMatchObject([{ logStreamName, lastEventTimestamp: START }]);
  await expect(cloud.logsClient.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: "ResourceAlreadyExistsException",
  });
  await cloud.logsClient.send(new DeleteLogGroupCommand({ logGroupName }));
  await expect(filter()).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "The specified log group does not exist.",
  });
  await expect(
    cloud.logsClient.send(new StartQueryCommand({ queryString: "", startTime: 0, endTime: 1 })),
  ).rejects.toMatchObject({ name: "UnknownOperationException" });
  await expect(filter({ unmask: true })).rejects.toMatchObject({
    message: expect.stringContaining("unmask of logs:FilterLogEvents is not supported"),
  });
});

test("matching events go to the function of a subscription filter, gzipped, one invocation per write", async () => {
  await prepare();
  await cloud.createFunction({
    name: "count",
    code: `const { gunzipSync } = require("zlib"); exports.handler = async ({ awslogs }) => process.stdout.write(gunzipSync(Buffer.from(awslogs.data, "base64")) + "\\n")`,
  });
  const destinationArn = "arn:aws:lambda:us-east-1:000000000000:function:count";
  const subscribe = (filterName: string) =>
    cloud.logsClient.send(
      new PutSubscriptionFilterCommand({
        logGroupName,
        filterName,
        destinationArn,
        filterPattern: `{ $.type = "click" }`,
      }),
    );
  await expect(subscribe("clicks")).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: expect.stringContaining("Could not execute the lambda function."),
  });
  await cloud.create("AWS::Lambda::Permission", {
    FunctionName: "count",
    Action: "lambda:InvokeFunction",
    Principal: "logs.us-east-1.amazonaws.com",
    SourceArn: "arn:aws:logs:us-east-1:000000000000:log-group:/app/test:*",
  });
  await subscribe("clicks");
  await put([`{"type":"click","seq":1}`, `{"type":"view"}`, "text", `{"type":"click","seq":2}`]);
  await put(["nothing"]);
  await cloud.work.idle();
  const lines = (await cloud.logLines("/aws/lambda/count")).filter((line) => line.startsWith("{"));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      messageType: "DATA_MESSAGE",
      owner: "000000000000",
      logGroup: logGroupName,
      logStream: logStreamName,
      subscriptionFilters: ["clicks"],
      logEvents: [
        { id: expect.stringMatching(/^3\d{55}$/), timestamp: START, message: `{"type":"click","seq":1}` },
        { id: expect.stringMatching(/^3\d{55}$/), timestamp: START + 3, message: `{"type":"click","seq":2}` },
      ],
    },
  ]);
  await subscribe("second");
  await expect(subscribe("third")).rejects.toMatchObject({ name: "LimitExceededException" });
  expect(
    (await cloud.logsClient.send(new DescribeSubscriptionFiltersCommand({ logGroupName }))).subscriptionFilters,
  ).toHaveLength(2);
  await cloud.logsClient.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: "second" }));
});

test("a delivery that does not fit into one invocation is cut into several", async () => {
  await prepare();
  await cloud.createFunction({
    name: "parts",
    MemorySize: 512,
    code: `const { gunzipSync } = require("zlib"); exports.handler = async ({ awslogs }) => console.log("got", JSON.parse(gunzipSync(Buffer.from(awslogs.data, "base64"))).logEvents.length)`,
  });
  await cloud.create("AWS::Lambda::Permission", {
    FunctionName: "parts",
    Action: "lambda:InvokeFunction",
    Principal: "logs.amazonaws.com",
  });
  const destinationArn = "arn:aws:lambda:us-east-1:000000000000:function:parts";
  await cloud.create("AWS::Logs::SubscriptionFilter", {
    LogGroupName: logGroupName,
    FilterPattern: "",
    DestinationArn: destinationArn,
  });
  const { randomBytes } = await import("node:crypto");
  await put(Array.from({ length: 4 }, () => randomBytes(100_000).toString("base64")));
  await cloud.work.idle();
  const counts = (await cloud.logLines("/aws/lambda/parts")).flatMap((line) => /got (\d)/.exec(line)?.[1] ?? []);
  expect(counts).toEqual(["1", "1", "1", "1"].slice(0, counts.length));
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(4);
});

test("a batch over 24 hours or 1 MiB is refused", async () => {
  await prepare();
  const day = 86_400_000;
  await expect(cloud.logsClient.send(new PutLogEventsCommand(eventsAt(START - day - 1, START)))).rejects.toMatchObject({
    message: expect.stringContaining("24 hours"),
  });
  await expect(put(["x".repeat(600_000), "y".repeat(600_000)])).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

test("under faults a batch comes again, cut elsewhere, or after the next one; no event is lost", async () => {
  await prepare();
  await cloud.createFunction({
    name: "seen",
    code: `const { gunzipSync } = require("zlib"); exports.handler = async ({ awslogs }) => console.log("got " + JSON.parse(gunzipSync(Buffer.from(awslogs.data, "base64"))).logEvents.map((e) => e.message).join())`,
  });
  const destinationArn = "arn:aws:lambda:us-east-1:000000000000:function:seen";
  await cloud.create("AWS::Lambda::Permission", {
    FunctionName: "seen",
    Action: "lambda:InvokeFunction",
    Principal: "logs.amazonaws.com",
  });
  await cloud.logsClient.send(
    new PutSubscriptionFilterCommand({ logGroupName, filterName: "f", destinationArn, filterPattern: "" }),
  );
  const strike = (kind: "duplicate" | "reorder", nth: number) =>
    cloud.ground.faults.add({ match: { service: "logs", action: "Deliver" }, when: { nth }, effect: { kind } });
  strike("duplicate", 1);
  strike("reorder", 2);
  await put(["1", "2", "3"]);
  await put(["4"]);
  await put(["5"]);
  await cloud.work.idle();
  const got = (await cloud.logLines("/aws/lambda/seen")).flatMap((line) => /got ([\d,]+)/.exec(line)?.[1] ?? []);
  expect(got.toSorted()).toEqual(["1,2", "1,2,3", "3", "4", "5"]);
});

test("a function whose role may not write logs leaves none, and that is reported once", async () => {
  const GROUP = "/aws/lambda/silent";
  await cloud.createFunction({
    name: "silent",
    code: `exports.handler = async () => console.log("x")`,
    statements: [],
  });
  await cloud.logsClient.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  const { logTail } = await cloud.invoke("silent");
  await cloud.invoke("silent");
  expect(logTail).toContain("INFO\tx");
  expect(await cloud.logLines(GROUP)).toEqual([]);
  expect(cloud.reports).toEqual([
    expect.stringMatching(
      /^no log of silent: User: arn:aws:sts::000000000000:assumed-role\/silentRole\/silent is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:us-east-1:000000000000:log-group:\/aws\/lambda\/silent:log-stream:/,
    ),
  ]);
});

test("the CloudFormation types make a group with its retention, and refuse a taken name", async () => {
  const properties = { LogGroupName: "/aws/lambda/made", RetentionInDays: 7 };
  expect(await cloud.create("AWS::Logs::LogGroup", properties)).toEqual({
    physicalId: "/aws/lambda/made",
    attributes: { Arn: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/made:*" },
  });
  await expect(cloud.create("AWS::Logs::LogGroup", properties)).rejects.toMatchObject({
    code: "AlreadyExistsException",
  });
  await expect(cloud.create("AWS::Logs::LogGroup", { RetentionInDays: 8 })).rejects.toMatchObject({
    message: expect.stringContaining("RetentionInDays: must be one of 1, 3, 5, 7"),
  });
  await cloud.type("AWS::Logs::LogGroup").remove("/aws/lambda/made", properties, cloud.context("Group"));
  await cloud.type("AWS::Logs::LogGroup").remove("/aws/lambda/made", properties, cloud.context("Group"));
});
