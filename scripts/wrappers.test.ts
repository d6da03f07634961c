// The events of the test kit, through the wrappers that services use: both know AWS's shapes by heart, so they must agree.
import { expect, test } from "@jest/globals";
import {
  correlationAttributes,
  logEvents,
  objectCreated,
  onEvent,
  queue,
  schedule,
  stream,
  topic,
} from "@warmstart/middleware";
import {
  eventBridgeEvent,
  invoke,
  logsEvent,
  s3Event,
  scheduleEvent,
  snsEvent,
  sqsEvent,
  streamEvent,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import * as v from "valibot";

const Order = v.strictObject({ order: v.string() });
const order = { order: "a" };
const placed = eventBridgeEvent({ source: "shop", detailType: "Order placed", detail: order });
const { correlationId } = correlationAttributes({ correlationId: "c-1" });
const attributes = { correlationId: correlationId.StringValue };

test.each([
  ["directly", sqsEvent([order], { attributes })],
  ["in SNS", sqsEvent([snsEvent(order, { attributes })])],
  ["from a bus", sqsEvent([placed], { attributes })],
  ["from a bus in SNS", sqsEvent([snsEvent(placed, { attributes })])],
])("a message that a queue has %s reaches the function, with its correlation id", async (_how, event) => {
  const handler = queue({ message: Order }, ({ message, log }) => log.info("got", { order: message.order }));
  const answer = await invoke(handler, event);
  expect(answer.failedItems).toEqual([]);
  expect(answer).toHaveLogged({ message: "got", order: "a", correlation_id: "c-1" });
});

test("in a FIFO queue what follows a failure goes back with it", async () => {
  const handler = queue({ message: Order }, () => {
    throw new Error("no");
  });
  const event = sqsEvent([order, { order: "b" }], { queue: "orders.fifo" });
  const { failedItems } = await invoke(handler, event);
  expect(failedItems).toEqual(event.Records.map(({ messageId }) => messageId));
});

test("topics, buses, schedules and streams", async () => {
  const seen: unknown[] = [];
  const told = topic({ message: Order }, ({ message, subject }) => void seen.push([message, subject]));
  await invoke(told, snsEvent(order, { subject: "news" }));
  await invoke(told, snsEvent(placed));
  await invoke(
    onEvent({ detail: Order }, ({ detail, source }) => void seen.push([detail, source])),
    placed,
  );
  const due = schedule(({ time, name }) => void seen.push([time, name]));
  await invoke(due, scheduleEvent({ name: "nightly" }));
  await invoke(due, scheduleEvent({ name: "hourly", by: "scheduler" }));
  const Item = v.looseObject({ pk: v.string(), tags: v.set(v.string()) });
  const item = { pk: "a", tags: new Set(["x"]) };
  const watch = stream({ image: Item }, ({ change, old, new: now }) => void seen.push([change, old, now]));
  await invoke(watch, streamEvent([{ new: item }, { old: item }]));
  expect(seen).toEqual([
    [order, "news"],
    [order, undefined],
    [order, "shop"],
    ["2026-01-15T12:00:00Z", "nightly"],
    ["2026-01-15T12:00:00Z", "hourly"],
    ["INSERT", undefined, item],
    ["REMOVE", item, undefined],
  ]);
});

test.each([
  ["directly", s3Event({ bucket: "b", key: "ü +.jpg" })],
  ["in SNS", snsEvent(s3Event({ bucket: "b", key: "ü +.jpg" }))],
  ["in SNS in SQS", sqsEvent([snsEvent(s3Event({ bucket: "b", key: "ü +.jpg" }))])],
])("an object's event that comes %s has its key decoded", async (_how, event) => {
  const keys: string[] = [];
  await invoke(objectCreated({}, ({ object }) => void keys.push(object.key)), event); // prettier-ignore
  expect(keys).toEqual(["ü +.jpg"]);
});

test("log lines, and what does not fit is counted", async () => {
  const handler = logEvents({ line: Order }, ({ events, log }) => log.info("lines", { count: events.length }));
  const answer = await invoke(handler, logsEvent([order, "plain", order]));
  expect(answer).toHaveLogged({ message: "lines", count: 2 });
  expect(answer).toHaveMetric("invalid_lines", 1);
});
