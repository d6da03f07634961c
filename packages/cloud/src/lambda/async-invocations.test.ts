import { readFileSync, existsSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { Statement } from "../iam/policy.ts";
import { openStore } from "../store/store.ts";
import { openSmallCloud, type SmallCloud } from "./fixtures/small-cloud.ts";

let cloud: SmallCloud;
afterEach(() => cloud.close());

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed";
const MAY_SEND: Statement = { Effect: "Allow", Action: ["sqs:SendMessage", "logs:*"], Resource: "*" };
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

  test("is dropped with a report when its role may not send", async () => {
    const invoke = await open(FAILS, {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    await cloud.type("AWS::IAM::Role").remove("fnRole", {}, cloud.context("Role"));
    invoke({});
    await cloud.work.idle();
    expect(cloud.sent).toEqual([]);
    expect(cloud.reports.join("\n")).toContain("could not be sent to its destination");
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
  for (let n = 0; n < 100; n++) invoke({ n });
  await cloud.work.idle();
  expect(await starts()).toHaveLength(100);
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
