import { expect, test } from "@jest/globals";
import type { Span } from "./feed.ts";
import { createRecorder } from "./recorder.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:files";

const recorded = (...spans: readonly (Partial<Span> & Pick<Span, "kind" | "name">)[]) => {
  const recorder = createRecorder((root) => root.startsWith("ours"));
  for (const span of spans) recorder.add({ root: "ours-1", span: { start: 1_000, ms: 0, status: "ok", ...span } });
  return recorder;
};

const SENT = { kind: "delivery", name: "s3 → files", resource: QUEUE } as const;
const DONE = { kind: "delivery", name: "sqs → extract", resource: QUEUE, start: 1_300, ms: 50, waitMs: 300 } as const;

test("a message waits from its sending until it is done", () => {
  expect([recorded(SENT).open(), recorded(SENT).messages(1_200)]).toEqual([1, [{ start: 1_000, end: 1_200 }]]);
  const done = recorded(SENT, DONE);
  expect([done.open(), done.messages(2_000)]).toEqual([0, [{ start: 1_000, end: 1_350 }]]);
  expect([...done.functions]).toEqual(["extract"]);
});

test("a message whose processing failed waits on", () => {
  const failed = recorded(SENT, { ...DONE, status: "error" });
  expect(failed.open()).toBe(1);
  expect(failed.messages(5_000)).toContainEqual({ start: 1_000, end: 5_000 });
});

test("a message that is delivered twice is not counted as another one that waits", () => {
  expect(recorded(SENT, DONE, { ...DONE, start: 1_400, waitMs: 400 }).open()).toBe(0);
});

test("an event that came to no queue is no message", () => {
  expect(recorded({ ...SENT, status: "error" }).open()).toBe(0);
  expect(recorded({ ...SENT, resource: "arn:aws:lambda:us-east-1:000000000000:function:f" }).open()).toBe(0);
});

test("an object is there when its first put has ended, and a refused put stores nothing", () => {
  const put = { kind: "call", name: "s3:PutObject", resource: "arn:aws:s3:::b/k", ms: 5 } as const;
  const { stored } = recorded({ ...put, status: "403" }, { ...put, status: "200" }, { ...put, status: "200", ms: 90 });
  expect([...stored]).toEqual([["arn:aws:s3:::b/k", 1_005]]);
});

test("two invocations in a row never seem to overlap, though starts are told in whole milliseconds", () => {
  const { invocations } = recorded(
    { kind: "invocation", name: "extract", start: 1_000, ms: 10.6 },
    { kind: "invocation", name: "extract", start: 1_010, ms: 4 },
  );
  expect(invocations.map(({ start, end }) => [start, end])).toEqual([
    [1_000, 1_010],
    [1_010, 1_014],
  ]);
});

test("what others do in the same cloud is not of this spike", () => {
  const recorder = createRecorder((root) => root.startsWith("ours"));
  recorder.add({ root: "theirs", span: { kind: "invocation", name: "f", start: 0, ms: 5, status: "ok" } });
  expect(recorder.invocations).toEqual([]);
});
