import { readFileSync, existsSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { AwsError } from "../gateway/aws-error.ts";
import type { Statement } from "../iam/policy.ts";
import type { Delivery } from "../ports.ts";
import { openStore } from "../store/store.ts";
import { createAsyncInvocations } from "./async-invocations.ts";
import { openSmallCloud, START, type SmallCloud } from "./small-cloud.test.fixture.ts";
import { createModel } from "./model.ts";

let cloud: SmallCloud;
afterEach(() => cloud.close());

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed";
const MAY_SEND: Statement = {
  Effect: "Allow",
  Action: ["sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction", "events:PutEvents", "logs:*"],
  Resource: "*",
};
const FAILS = `exports.handler = async (event) => { console.log("attempt"); throw new Error("no " + event.n); }`;

const open = async (code: string, config?: Record<string, unknown>, properties: Record<string, unknown> = {}) => {
  cloud = await openSmallCloud();
  await cloud.createFunction({ name: "fn", code, statements: [MAY_SEND], ...properties });
  if (config)
    await cloud.create("AWS::Lambda::EventInvokeConfig", { FunctionName: "fn", Qualifier: "$LATEST", ...config });
  return (event: unknown) => cloud.lambda.invokeAsync({ functionName: "fn", payload: JSON.stringify(event) });
};
const starts = async (): Promise<string[]> =>
  (await cloud.logLines("/aws/lambda/fn")).filter((line) => line.startsWith("START"));

describe("an event whose function fails", () => {
  test("is tried again after one and two more minutes, then goes to the failure destination", async () => {
    const invoke = await open(FAILS, { DestinationConfig: { OnFailure: { Destination: QUEUE } } });
    const requestId = invoke({ n: 1 });
    await cloud.work.idle();
    expect(await starts()).toHaveLength(1);
    await cloud.clock.advance(59_000);
    expect(await starts()).toHaveLength(1);
    await cloud.clock.advance(1000);
    expect(await starts()).toHaveLength(2);
    await cloud.clock.advance(119_000);
    expect(await starts()).toHaveLength(2);
    expect(cloud.sent).toEqual([]);
    await cloud.clock.advance(1000);
    expect(await starts()).toEqual(Array(3).fill(`START RequestId: ${requestId} Version: $LATEST\n`));
    expect(cloud.sent).toHaveLength(1);
    expect(cloud.sent[0]?.queueArn).toBe(QUEUE);
    expect(JSON.parse(cloud.sent[0]?.body ?? "")).toEqual({
      version: "1.0",
      timestamp: "2026-11-21T08:03:00.000Z",
      requestContext: {
        requestId,
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST",
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "Error", errorMessage: "no 1", trace: expect.any(Array) },
    });
    await cloud.clock.advance(24 * 3_600_000);
    expect(await starts()).toHaveLength(3);
  });

  test("is tried as often as configured, and then lies in the function's dead-letter queue", async () => {
    const invoke = await open(FAILS, { MaximumRetryAttempts: 0 }, { DeadLetterConfig: { TargetArn: QUEUE } });
    const requestId = invoke({ n: 2 });
    await cloud.work.idle();
    expect(cloud.sent).toEqual([
      {
        queueArn: QUEUE,
        body: `{"n":2}`,
        attributes: { RequestID: requestId, ErrorCode: "200", ErrorMessage: "no 2" },
      },
    ]);
  });

  test("gives up when it would become older than allowed", async () => {
    const invoke = await open(FAILS, {
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    invoke({ n: 3 });
    await cloud.clock.advance(60_000);
    expect(await starts()).toHaveLength(2);
    expect(JSON.parse(cloud.sent[0]?.body ?? "")).toMatchObject({
      requestContext: { condition: "EventAgeExceeded", approximateInvokeCount: 2 },
    });
  });

  test("is dropped with a report when its role may not send, and counted", async () => {
    const config = { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: QUEUE } } };
    const invoke = await open(FAILS, config, { DeadLetterConfig: { TargetArn: QUEUE } });
    const counted: string[] = [];
    cloud.ground.bus.on("metric-counted", ({ name }) => counted.push(name));
    await cloud.type("AWS::IAM::Role").remove("fnRole", {}, cloud.context("Role"));
    invoke({});
    await cloud.work.idle();
    expect(cloud.sent).toEqual([]);
    expect(cloud.reports.join("\n")).toContain("could not be sent to its destination");
    const lost = ["DestinationDeliveryFailures", "AsyncEventsDropped", "DeadLetterErrors"];
    expect(counted.slice(-3)).toEqual(lost);
  });
});

test("an event whose function succeeds goes to the success destination", async () => {
  const invoke = await open(`exports.handler = async () => ({ ok: 1 })`, {
    DestinationConfig: { OnSuccess: { Destination: QUEUE } },
  });
  invoke({ n: 4 });
  await cloud.work.idle();
  expect(JSON.parse(cloud.sent[0]?.body ?? "")).toMatchObject({
    requestContext: { condition: "Success", approximateInvokeCount: 1 },
    responseContext: { statusCode: 200, executedVersion: "$LATEST" },
    responsePayload: { ok: 1 },
  });
});

test.each([
  ["topic", "arn:aws:sns:us-east-1:000000000000:results"],
  ["function", "arn:aws:lambda:us-east-1:000000000000:function:next"],
  ["event bus", "arn:aws:events:us-east-1:000000000000:event-bus/default"],
])("an outcome goes to a %s, with the function's role and the trace", async (_what, Destination) => {
  const traceId = "Root=1-67891233-abcdef012345678912345678;Parent=1111222233334444;Sampled=1";
  await open(`exports.handler = async () => 1`, { DestinationConfig: { OnSuccess: { Destination } } });
  cloud.lambda.invokeAsync({ functionName: "fn", payload: "{}", traceId });
  await cloud.work.idle();
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:fn";
  expect(cloud.deliveries).toEqual([
    {
      targetArn: Destination,
      principal: expect.objectContaining({ roleName: "fnRole" }),
      sourceArn: arn,
      traceId,
      body: expect.stringContaining(`"condition":"Success"`),
      source: "lambda",
      detailType: "Lambda Function Invocation Result - Success",
      resources: [`${arn}:$LATEST`, Destination],
    },
  ]);
});

test("a topic can be the dead-letter target; FIFO ones and others cannot", async () => {
  const TargetArn = "arn:aws:sns:us-east-1:000000000000:dead";
  const invoke = await open(FAILS, { MaximumRetryAttempts: 0 }, { DeadLetterConfig: { TargetArn } });
  invoke({ n: 6 });
  await cloud.work.idle();
  expect(cloud.sent).toMatchObject([{ queueArn: TargetArn, body: `{"n":6}`, attributes: { ErrorCode: "200" } }]);
  for (const arn of [`${QUEUE}.fifo`, `${TargetArn}.fifo`, "arn:aws:events:us-east-1:000000000000:event-bus/x"]) {
    const properties = { Role: "arn:aws:iam::000000000000:role/fnRole", Code: { ZipFile: "" }, Handler: "a.b" };
    const refused = { ...properties, Runtime: "nodejs24.x", DeadLetterConfig: { TargetArn: arn } };
    await expect(cloud.create("AWS::Lambda::Function", refused)).rejects.toMatchObject({
      message: expect.stringContaining("must be the ARN of a standard"),
    });
  }
});

test("an alias retries in its own way, and its events go through it", async () => {
  await open(FAILS);
  await cloud.create("AWS::Lambda::Version", { FunctionName: "fn" });
  await cloud.create("AWS::Lambda::Alias", { FunctionName: "fn", Name: "live", FunctionVersion: "1" });
  const config = { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: QUEUE } } };
  await cloud.create("AWS::Lambda::EventInvokeConfig", { FunctionName: "fn", Qualifier: "live", ...config });
  cloud.lambda.invokeAsync({ functionName: "fn:live", payload: "{}" });
  await cloud.work.idle();
  const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:fn:live";
  expect(JSON.parse(cloud.sent[0]?.body ?? "")).toMatchObject({
    requestContext: { functionArn, approximateInvokeCount: 1 },
    responseContext: { executedVersion: "1" },
  });
});

test("each attempt is remembered under the request's id, with how long the event waited", async () => {
  const invoke = await open(FAILS);
  const id = invoke({});
  await cloud.clock.advance(3 * 60_000);
  const attempts = cloud.lambda.invocations.list().map(({ id: each, kind, attempt }) => [each, kind, attempt]);
  expect(attempts).toEqual([2, 1, 0].map((attempt) => [id, "async", attempt]));
  expect(cloud.lambda.invocations.get(`${id}.1`)).toMatchObject({
    attempt: 1,
    start: Date.parse("2026-11-21T08:01:00Z"),
  });
});

test("a throttled event is tried after 1, 2, 4… seconds, at last every five minutes, and given up after six hours", async () => {
  await open(FAILS, undefined, { DeadLetterConfig: { TargetArn: QUEUE } });
  const model = createModel(cloud.ground);
  const tries: number[] = [];
  const run = async (): Promise<never> => {
    tries.push((cloud.clock.now() - START) / 1000);
    throw new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");
  };
  const dead: Delivery[] = [];
  const deliver = (delivery: Delivery): void => void dead.push(delivery);
  const options = { model, run, deliver, statistics: { count: () => {} }, parallel: 4 };
  createAsyncInvocations(cloud.ground, options).accept(model.get("fn"), { functionName: "fn", payload: "{}" });
  await cloud.clock.advance(7 * 3_600_000);
  expect(tries.slice(0, 11)).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]);
  expect(tries.at(-1)).toBeLessThanOrEqual(6 * 3600);
  expect(tries.at(-1)).toBeGreaterThan(6 * 3600 - 300);
  expect(dead).toMatchObject([{ targetArn: QUEUE, attributes: { ErrorCode: "429" } }]);
});

test("the events of a stopped function go to the failure destination without an attempt", async () => {
  const invoke = await open(
    FAILS,
    { DestinationConfig: { OnFailure: { Destination: QUEUE } } },
    { ReservedConcurrentExecutions: 0 },
  );
  invoke({ n: 5 });
  await cloud.work.idle();
  expect(JSON.parse(cloud.sent[0]?.body ?? "")).toMatchObject({
    requestContext: { approximateInvokeCount: 0 },
    requestPayload: { n: 5 },
  });
});

test("an event that finds its function throttled comes again a second later", async () => {
  const code = `exports.handler = ({ ms = 0 }) => new Promise((resolve) => setTimeout(resolve, ms))`;
  const invoke = await open(code, undefined, { ReservedConcurrentExecutions: 1 });
  const running = cloud.invoke("fn", { ms: 100 });
  await expect(cloud.invoke("fn")).rejects.toMatchObject({ code: "TooManyRequestsException" });
  invoke({});
  await running;
  expect(await starts()).toHaveLength(1);
  await cloud.clock.advance(999);
  expect(await starts()).toHaveLength(1);
  await cloud.clock.advance(1);
  expect(await starts()).toHaveLength(2);
});

test("more events than processes wait for their turn", async () => {
  const invoke = await open(`exports.handler = async () => process.pid`);
  for (let n = 0; n < 30; n++) invoke({ n });
  await cloud.work.idle();
  expect(await starts()).toHaveLength(30);
  expect(cloud.lambda.status()[0]?.environments).toBeLessThanOrEqual(4);
});

test("an event that was interrupted, or waits for its retry, is tried by the next cloud on the same state", async () => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-test-"));
  const code = `const fs = require("fs"); exports.handler = async ({ file, hang }) => { fs.appendFileSync(file, "x"); if (hang && fs.readFileSync(file).length === 1) for (;;); if (!hang) throw new Error(); }`;
  const [hangs, fails] = [join(folder, "hangs"), join(folder, "fails")];
  cloud = await openSmallCloud({ store: openStore({ folder }) });
  await cloud.createFunction({ name: "fn", code, Timeout: 60 });
  cloud.lambda.invokeAsync({ functionName: "fn", payload: JSON.stringify({ file: fails }) });
  await cloud.work.idle();
  cloud.lambda.invokeAsync({ functionName: "fn", payload: JSON.stringify({ file: hangs, hang: true }) });
  while (!existsSync(hangs)) await new Promise((resolve) => setImmediate(resolve));
  await cloud.close();
  cloud = await openSmallCloud({ store: openStore({ folder }) });
  await cloud.work.idle();
  expect(readFileSync(hangs, "utf8")).toBe("xx");
  await cloud.clock.advance(3 * 60_000);
  expect(readFileSync(fails, "utf8")).toBe("xxx");
  rmSync(folder, { recursive: true });
});
