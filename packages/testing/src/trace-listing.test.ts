import { expect, test } from "@jest/globals";
import { listTraces } from "./trace-listing.ts";

const span = (name: string, more: object = {}) => ({
  kind: "call" as const,
  name,
  start: 0,
  ms: 1.4,
  status: "200",
  ...more,
});

test("a trace shows what caused what", () => {
  const spans = [
    span("POST /links", { kind: "http", status: "502" }),
    span("create", { kind: "invocation", segment: "s1", status: "error", ms: 12 }),
    span("dynamodb:PutItem", { parent: "s1", status: "400" }),
    span("sqs → work", { kind: "delivery", waitMs: 60_000, status: "ok" }),
  ];
  expect(listTraces([{ id: "1-a", start: Date.UTC(2026, 0, 15, 12), spans }]).split("\n")).toEqual([
    "2026-01-15T12:00:00.000Z",
    "  http POST /links: 502, 1 ms",
    "  invocation create: error, 12 ms",
    "    call dynamodb:PutItem: 400, 1 ms",
    "  delivery sqs → work after 60000 ms: ok, 1 ms",
  ]);
});

test("of many lines the last 39 are shown", () => {
  const traces = Array.from({ length: 30 }, (_, index) => ({
    id: `1-${index}`,
    start: (30 - index) * 1000, // newest first
    spans: [span("s3:PutObject")],
  }));
  const lines = listTraces(traces).split("\n");
  expect(lines).toHaveLength(40);
  expect([lines[0], lines.at(-2)]).toEqual(["… 21 lines before", "1970-01-01T00:00:30.000Z"]);
});
