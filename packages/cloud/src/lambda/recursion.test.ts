import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { MetricPoint } from "../bus/bus.ts";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed";
const AT = (hops: number): string => `Root=1-67891233-abcdef012345678912345678;Lineage=1:00000000:${hops}`;

let cloud: SmallCloud;
beforeAll(async () => {
  cloud = await openSmallCloud();
  const statements = [{ Effect: "Allow", Action: "*", Resource: "*" }] as const;
  const code = `exports.handler = async () => process.env._X_AMZN_TRACE_ID`;
  await cloud.createFunction({ name: "fn", code, statements, DeadLetterConfig: { TargetArn: QUEUE } });
});
afterAll(() => cloud.close());

test("an event may go through sixteen invocations", async () => {
  const outcome = await cloud.lambda.invoke({ functionName: "fn", payload: "{}", traceId: AT(15) });
  expect(outcome.payload).toContain("Lineage=1:00000000:16");
});

test("a caller that waits is told that it is in a loop", async () => {
  const call = cloud.lambda.invoke({ functionName: "fn", payload: "{}", traceId: AT(16) });
  await expect(call).rejects.toMatchObject({ code: "RecursiveInvocationException", status: 400 });
});

test("an event that nobody waits for goes to the dead-letter queue, unhandled, and is reported", async () => {
  const metrics: MetricPoint[] = [];
  cloud.ground.bus.on("metric-counted", (point) => metrics.push(point));
  const before = cloud.lambda.invocations.list().length;
  cloud.lambda.invokeAsync({ functionName: "fn", payload: `{"round":17}`, traceId: AT(16) });
  await cloud.work.idle();
  expect(cloud.deliveries).toMatchObject([{ targetArn: QUEUE, body: `{"round":17}`, traceId: AT(16) }]);
  expect(cloud.lambda.invocations.list()).toHaveLength(before);
  expect(cloud.reports).toEqual([expect.stringContaining("recursive loop")]);
  expect(metrics.map(({ name }) => name)).toEqual(["RecursiveInvocationsDropped", "AsyncEventsDropped"]);
});
