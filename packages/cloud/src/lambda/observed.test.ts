import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { MetricPoint } from "../bus/bus.ts";
import type { InvocationRecord } from "../ports.ts";
import { readTrace } from "../trace/header.ts";
import { openSmallCloud, START, type SmallCloud } from "./small-cloud.test.fixture.ts";
import { createInvocations } from "./invocations.ts";

let cloud: SmallCloud;
const metrics: MetricPoint[] = [];
beforeAll(async () => {
  cloud = await openSmallCloud();
  cloud.ground.bus.on("metric-counted", (point) => metrics.push(point));
  await cloud.createFunction({
    name: "fn",
    code: `exports.handler = async (event) => { console.log("hello"); if (event.fail) throw new Error("no"); return { trace: process.env._X_AMZN_TRACE_ID, ...event } }`,
  });
});
afterAll(() => cloud.close());

const HEADER = "Root=1-67891233-abcdef012345678912345678;Parent=1111222233334444;Sampled=1";

describe("an invocation", () => {
  test("is remembered with its event, result, log and figures", async () => {
    const { requestId } = await cloud.invoke("fn", { n: 1 });
    expect(cloud.lambda.invocations.get(requestId)).toEqual({
      id: requestId,
      function: "fn",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:fn",
      start: START,
      durationMs: expect.any(Number),
      initMs: expect.any(Number),
      billedMs: expect.any(Number),
      memoryMb: 128,
      maxMemoryMb: expect.any(Number),
      status: "ok",
      kind: "sync",
      attempt: 0,
      payload: `{"n":1}`,
      result: expect.stringContaining(`"n":1`),
      lines: expect.arrayContaining([expect.stringContaining("INFO\thello")]),
      traceId: expect.stringMatching(/^Root=1-/),
      segment: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const { lines } = cloud.lambda.invocations.get(requestId) ?? { lines: [] };
    expect(lines[0]).toContain("START");
    expect(lines.at(-1)).toContain("REPORT");
  });

  test("has a segment of its own, by which its own calls name it, in the caller's trace", async () => {
    const request = { functionName: "fn", payload: "{}", traceId: HEADER };
    const { requestId, payload } = await cloud.lambda.invoke(request);
    const record = cloud.lambda.invocations.get(requestId);
    const given = (JSON.parse(payload) as { trace: string }).trace;
    expect(readTrace(given)).toEqual({ root: readTrace(HEADER)?.root, parent: record?.segment, hops: 1 });
    expect(readTrace(record?.traceId)).toMatchObject({ parent: "1111222233334444" });
    const trace = cloud.ground.traces.get("1-67891233-abcdef012345678912345678");
    expect(trace?.spans).toEqual([
      expect.objectContaining({
        kind: "invocation",
        name: "fn",
        id: requestId,
        status: "ok",
        parent: "1111222233334444",
        segment: record?.segment,
      }),
    ]);
    expect(cloud.ground.meter.read({ trace: "1-67891233-abcdef012345678912345678" })).toEqual([
      { service: "lambda", unit: "requests", amount: 1 },
      { service: "lambda", unit: "gb-seconds", amount: expect.any(Number) },
    ]);
  });

  test("counts in CloudWatch's metrics and in the figures of its function", async () => {
    metrics.length = 0;
    await cloud.invoke("fn", { fail: true });
    const of = (name: string) => metrics.find((point) => point.name === name);
    expect(of("Errors")).toEqual({
      namespace: "AWS/Lambda",
      name: "Errors",
      dimensions: { FunctionName: "fn" },
      value: 1,
      unit: "Count",
    });
    expect(of("Invocations")).toMatchObject({ value: 1 });
    expect(of("ConcurrentExecutions")).toMatchObject({ value: 1 });
    expect(of("Duration")).toMatchObject({ unit: "Milliseconds", value: expect.any(Number) });
    const [status] = cloud.lambda.status();
    expect(status).toMatchObject({ name: "fn", coldStarts: 1, errors: 1, throttles: 0, warm: 1 });
    expect(status?.invocations).toBe(3);
    expect(status?.codeSha256).toHaveLength(44);
    expect(status?.durationMs?.p99).toBeGreaterThanOrEqual(status?.durationMs?.p50 ?? Infinity);
  });

  test("is found by function, status, trace and time, newest first", async () => {
    const { list } = cloud.lambda.invocations;
    expect(list().map(({ status }) => status)).toEqual(["error", "ok", "ok"]);
    expect(list({ status: "error" })).toHaveLength(1);
    expect(list({ function: "other" })).toEqual([]);
    expect(list({ trace: HEADER })).toHaveLength(1);
    expect(list({ since: START + 1 })).toEqual([]);
    const [newest] = list({ limit: 1 });
    expect(list({ before: `${newest?.id}.${newest?.attempt}`, limit: 1 })).toEqual([list()[1]]);
  });

  test("can be run again, by another function too, with new ids", async () => {
    await cloud.createFunction({ name: "other", code: `exports.handler = async (event) => ({ other: event.n })` });
    const first = cloud.lambda.invocations.list({ status: "ok" }).at(-1);
    const again = await cloud.lambda.invocations.replay(first?.id ?? "");
    expect(again.requestId).not.toBe(first?.id);
    expect(JSON.parse(again.payload)).toMatchObject({ n: 1 });
    expect(JSON.parse((await cloud.lambda.invocations.replay(first?.id ?? "", "other")).payload)).toEqual({ other: 1 });
    await expect(cloud.lambda.invocations.replay("none")).rejects.toMatchObject({ status: 404 });
  });

  test("whose event was too large to keep is cut visibly and not run again", async () => {
    const { requestId } = await cloud.invoke("other", { n: "x".repeat(100_000) });
    const record = cloud.lambda.invocations.get(requestId);
    expect(record?.payload).toMatch(/^\{"n":"x{65530}… \(65536 of 100008 characters\)$/);
    await expect(cloud.lambda.invocations.replay(requestId)).rejects.toMatchObject({ status: 409 });
  });
});

test("the last ten thousand invocations stay, also when they are packed", async () => {
  const [record] = cloud.lambda.invocations.list({ function: "fn" });
  if (record === undefined) throw new Error("nothing was invoked");
  const invocations = createInvocations();
  const add = (n: number): void =>
    invocations.add({ ...record, id: `id-${n}`, attempt: n % 3 } satisfies InvocationRecord);
  for (let n = 0; n < 10_250; n++) add(n);
  expect(invocations.get("id-199") === undefined).toBe(true);
  expect(invocations.get("id-300")).toMatchObject({ id: "id-300", attempt: 0, lines: record.lines });
  expect(invocations.get("id-301.1")).toMatchObject({ id: "id-301" });
  expect(invocations.get("id-301.2")).toBeUndefined();
  expect(invocations.list({ limit: 3 }).map(({ id }) => id)).toEqual(["id-10249", "id-10248", "id-10247"]);
  expect(invocations.list()).toHaveLength(10_000);
  await new Promise((resolve) => setTimeout(resolve, 50)); // packing is over
  expect(invocations.list({ before: "id-301.1", limit: 1 }).map(({ id }) => id)).toEqual(["id-300"]);
});
