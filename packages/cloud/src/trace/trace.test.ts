import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createBus } from "../bus/bus.ts";
import { newTrace, readTrace, writeTrace } from "./header.ts";
import { createMeter } from "./meter.ts";
import { priced, requestUnit } from "./prices.ts";
import { createTraces, type Span } from "./traces.ts";

const span = (trace: string, name: string): Span => ({ trace, kind: "call", name, start: 0, ms: 1, status: "200" });

test("a header is read as it was written", () => {
  const context = { ...newTrace(1_700_000_000_000), parent: "53995c3f42cd8ad8", hops: 3 };
  expect(writeTrace(context)).toMatch(
    /^Root=1-6553f100-[0-9a-f]{24};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:00000000:3$/,
  );
  expect(readTrace(writeTrace(context))).toEqual(context);
});

test("headers of AWS's documentation are read, and any other text is refused or read without a fault", () => {
  const header = "Root=1-5759e988-bd862e3fe1be46a994272793; Parent=53995c3f42cd8ad8; Sampled=1";
  expect(readTrace(header)).toEqual({
    root: "1-5759e988-bd862e3fe1be46a994272793",
    parent: "53995c3f42cd8ad8",
    hops: 0,
  });
  expect(readTrace(undefined)).toBeUndefined();
  expect(readTrace("Sampled=1")).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const context = readTrace(`Root=x;${text}`);
      expect(context?.hops ?? 0).toBeGreaterThanOrEqual(0);
    }),
    { seed: 3 },
  );
});

test("spans of one trace are kept together, under the segment that caused them", () => {
  const traces = createTraces(createBus());
  traces.add(span("Root=1-a-b;Parent=seg1", "s3:PutObject"));
  traces.add(span("Root=1-a-b;Parent=seg2", "sqs:SendMessage"));
  traces.add(span("Root=1-c-d", "sts:GetCallerIdentity"));
  traces.add(span("", "without a trace"));
  expect(traces.list().map(({ id }) => id)).toEqual(["1-c-d", "1-a-b"]);
  expect(traces.get("1-a-b")?.spans.map(({ name, parent }) => [name, parent])).toEqual([
    ["s3:PutObject", "seg1"],
    ["sqs:SendMessage", "seg2"],
  ]);
});

test("old traces go, and a trace with endless spans is cut", () => {
  const traces = createTraces(createBus());
  for (let index = 0; index < 2_500; index++) traces.add(span(`Root=${index}`, "a"));
  expect(traces.list()).toHaveLength(2_000);
  expect(traces.get("0")).toBeUndefined();
  for (let index = 0; index < 500; index++) traces.add(span("Root=2499", "b"));
  expect(traces.get("2499")?.spans).toHaveLength(200);
});

test("usage is summed over all, since a time, and of one trace", () => {
  let now = 0;
  const meter = createMeter(() => now);
  meter.add({ service: "lambda", unit: "requests", amount: 1, trace: "Root=a" });
  now = 10 * 60_000;
  meter.add({ service: "lambda", unit: "requests", amount: 1 });
  meter.add({ service: "s3", unit: "write-requests", amount: 3, trace: "Root=a" });
  expect(meter.read()).toEqual([
    { service: "lambda", unit: "requests", amount: 2 },
    { service: "s3", unit: "write-requests", amount: 3 },
  ]);
  expect(meter.read({ since: 5 * 60_000 })).toContainEqual({ service: "lambda", unit: "requests", amount: 1 });
  expect(meter.read({ trace: "a" }).map(({ amount }) => amount)).toEqual([1, 3]);
  expect(meter.read({ trace: "unknown" })).toEqual([]);
});

test("a million requests to functions cost 20 cents; what has no price has none", () => {
  expect(priced([{ service: "lambda", unit: "requests", amount: 1e6 }])).toEqual([
    { service: "lambda", unit: "requests", amount: 1e6, usd: expect.closeTo(0.2) },
  ]);
  expect(priced([{ service: "sts", unit: "requests", amount: 1 }])[0]).not.toHaveProperty("usd");
  expect([requestUnit("s3", "PutObject"), requestUnit("s3", "GetObject"), requestUnit("sqs", "CreateQueue")]).toEqual([
    "write-requests",
    "requests",
    "requests",
  ]);
});
