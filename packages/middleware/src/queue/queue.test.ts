import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { busEvent, envelope, sqs, type MessageParts } from "../carrier/sources.test.fixture.ts";
import { capture, linesOf } from "../http/request.test.fixture.ts";
import { queue } from "./queue.ts";

const Order = v.strictObject({ order: v.string() });

interface Ran {
  readonly seen: string[];
  readonly failed: string[];
  readonly lines: Readonly<Record<string, unknown>>[];
}

/** Orders named bad fail. */
const run = async (...messages: MessageParts[]): Promise<Ran> => {
  const seen: string[] = [];
  const handler = queue({ message: Order }, ({ message, log }) => {
    seen.push(message.order);
    if (message.order.startsWith("bad")) throw new Error("cannot take it");
    log.info("taken");
  });
  const [{ batchItemFailures }, out] = await capture(handler, sqs(...messages));
  return { seen, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), lines: linesOf(out) };
};
const message = (id: string, order: string, more: Partial<MessageParts> = {}): MessageParts => ({
  id,
  body: { order },
  ...more,
});

test("each message runs, and one that throws fails alone", async () => {
  const { seen, failed } = await run(message("1", "a"), message("2", "bad"), message("3", "c"));
  expect(seen).toEqual(["a", "bad", "c"]);
  expect(failed).toEqual(["2"]);
});

test("what can never succeed fails like any other: no JSON, a foreign shape", async () => {
  const { seen, failed, lines } = await run(
    { id: "1", body: "{" },
    { id: "2", body: { ordre: "a" } },
    message("3", "c"),
  );
  expect(seen).toEqual(["c"]);
  expect(failed).toEqual(["1", "2"]);
  expect(lines).toMatchObject([
    { level: "ERROR", message: "A message failed", message_id: "1", error: { name: "SyntaxError" } },
    { message_id: "2", error: { code: "validation-failed", errors: [{ pointer: "#/order" }, { pointer: "#/ordre" }] } },
    { message: "taken" },
  ]);
});

test("the envelopes of SNS and EventBridge are taken off, also one in the other", async () => {
  const order = { order: "a" };
  const { seen, failed } = await run(
    { id: "1", body: envelope(order) },
    { id: "2", body: busEvent(order) },
    { id: "3", body: envelope(busEvent(order)) },
    { id: "4", body: { requestContext: {}, requestPayload: busEvent(order) } },
  );
  expect([seen, failed]).toEqual([["a", "a", "a", "a"], []]);
});

test("in a FIFO queue a failure stops its group and no other", async () => {
  const { seen, failed } = await run(
    message("1", "a", { group: "g" }),
    message("2", "bad", { group: "g" }),
    message("3", "c", { group: "h" }),
    message("4", "d", { group: "g" }),
    message("5", "e", { group: "h" }),
  );
  expect(seen).toEqual(["a", "bad", "c", "e"]);
  expect(failed).toEqual(["2", "4"]);
});

test.each([
  [1, 1],
  [3, 3],
  [10, 4],
])("with a concurrency of %i, %i of four messages run at once; those of a group never", async (concurrency, most) => {
  let running = 0;
  let seen = 0;
  const order: string[] = [];
  const handler = queue({ message: Order, concurrency }, async ({ message: { order: name } }) => {
    running += 1;
    seen = Math.max(seen, running);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    order.push(name);
    running -= 1;
  });
  await capture(handler, sqs(message("1", "a"), message("2", "b"), message("3", "c"), message("4", "d")));
  expect(seen).toBe(most);
  seen = 0;
  const group = { group: "g" };
  await capture(handler, sqs(message("1", "x", group), message("2", "y", group), message("3", "z", group)));
  expect(seen).toBe(1);
  expect(order.slice(-3)).toEqual(["x", "y", "z"]);
});

test("the correlation id comes from the message or from what SNS delivered, and is in every line", async () => {
  const { lines } = await run(
    message("1", "a", { correlationId: "first" }),
    { id: "2", body: envelope({ order: "bad" }, "second") },
    { id: "3", body: busEvent({ order: "c", correlationId: "third" }) },
    message("4", "d"),
  );
  expect(lines.map(({ message_id, correlation_id }) => [message_id, correlation_id])).toEqual([
    ["1", "first"],
    ["2", "second"],
    ["3", "third"],
    ["4", "aws-1"],
  ]);
});

test("the function learns which message it is and how often it was tried", async () => {
  const inputs: object[] = [];
  const handler = queue(
    { message: Order },
    ({ messageId, receiptHandle, receiveCount }) => void inputs.push({ messageId, receiptHandle, receiveCount }),
  );
  await capture(handler, sqs(message("m-1", "a", { receiveCount: 3 })));
  expect(inputs).toEqual([{ messageId: "m-1", receiptHandle: "m-1 is received", receiveCount: 3 }]);
});

test("near the time-out, what is not begun goes back", async () => {
  const seen: string[] = [];
  const handler = queue({ message: Order }, ({ message: { order } }) => void seen.push(order));
  const left = [10_000, 500];
  const context = { functionName: "svc-local-fn", getRemainingTimeInMillis: () => left.shift() ?? 0 };
  const [result] = await capture(handler, sqs(message("1", "a"), message("2", "b"), message("3", "c")), context);
  expect([seen, result]).toEqual([["a"], { batchItemFailures: [{ itemIdentifier: "2" }, { itemIdentifier: "3" }] }]);
});

test("what is no SQS event is refused", async () => {
  const handler = queue({ message: Order }, () => undefined);
  for (const event of [{}, null, { Records: [] }, { Records: [{ eventSource: "aws:s3" }] }])
    await expect(capture(handler, event)).rejects.toThrow("Not an SQS event");
});
