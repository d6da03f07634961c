import { expect, test } from "@jest/globals";
import { gzipSync } from "node:zlib";
import * as v from "valibot";
import { capture, linesOf } from "../http/request.test.fixture.ts";
import { logEvents } from "./log-events.ts";

const Click = v.object({ type: v.literal("click"), seq: v.number() });

const batch = (messages: readonly string[], messageType = "DATA_MESSAGE"): { awslogs: { data: string } } => {
  const events = messages.map((message, index) => ({ id: String(index), timestamp: 1_000 + index, message }));
  const content = { messageType, owner: "0", logGroup: "/aws/lambda/redirect", logStream: "s", logEvents: events };
  return { awslogs: { data: gzipSync(JSON.stringify(content)).toString("base64") } };
};

const collect = () => {
  const seen: number[][] = [];
  const handler = logEvents({ line: Click }, ({ events, logGroup }) => {
    if (events.some(({ line }) => line.seq === 666)) throw new Error("cannot count");
    expect(logGroup).toBe("/aws/lambda/redirect");
    seen.push(events.map(({ line }) => line.seq));
  });
  return { seen, handler };
};
const message = (id: string, seq: number): object => ({
  messageId: id,
  eventSource: "aws:sqs",
  body: JSON.stringify({ requestContext: { condition: "RetriesExhausted" }, requestPayload: batch([click(seq)]) }),
});
const click = (seq: number): string => `${JSON.stringify({ type: "click", seq })}\n`;

test("a batch is unpacked and each line checked; what does not fit is counted and left out", async () => {
  const { seen, handler } = collect();
  const [, out] = await capture(handler, batch([click(1), "START RequestId", '{"type":"other"}', click(2)]));
  expect(seen).toEqual([[1, 2]]);
  expect(linesOf(out).find((line) => "_aws" in line)).toMatchObject({ invalid_lines: 2 });
});

test("a redriven failure record is worked on, and fails alone", async () => {
  const { seen, handler } = collect();
  const [result] = await capture(handler, { Records: [message("a", 1), message("b", 666), message("c", 3)] });
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "b" }] });
  expect(seen).toEqual([[1], [3]]);
});

test("CloudWatch's own control message is nothing to do", async () => {
  const { seen, handler } = collect();
  await capture(handler, batch(["ping"], "CONTROL_MESSAGE"));
  expect(seen).toEqual([]);
});

test("a failure is thrown, and so is what is no batch or a bomb", async () => {
  const { handler } = collect();
  await expect(capture(handler, batch([click(666)]))).rejects.toThrow("cannot count");
  await expect(capture(handler, {})).rejects.toThrow("Not an event of a CloudWatch Logs subscription");
  await expect(capture(handler, { awslogs: { data: "AAAA" } })).rejects.toThrow("incorrect header check");
  const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024)).toString("base64");
  await expect(capture(handler, { awslogs: { data: bomb } })).rejects.toThrow("larger than");
});
