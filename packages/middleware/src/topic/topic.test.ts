import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { busEvent, sns } from "../carrier/sources.test.fixture.ts";
import { capture, linesOf } from "../http/request.test.fixture.ts";
import { topic } from "./topic.ts";

const inputs: unknown[] = [];
const handler = topic({ message: v.strictObject({ order: v.string() }) }, (input) => {
  const { message, subject, messageId, correlationId } = input;
  if (message.order === "bad") throw new Error("cannot take it");
  inputs.push({ message, subject, messageId, correlationId });
});

test("the message is validated and comes with its subject and correlation id", async () => {
  inputs.length = 0;
  await capture(handler, sns({ order: "a" }, "c-1", "news"));
  await capture(handler, sns(busEvent({ order: "b" })));
  expect(inputs).toEqual([
    { message: { order: "a" }, subject: "news", messageId: "n-1", correlationId: "c-1" },
    { message: { order: "b" }, subject: undefined, messageId: "n-1", correlationId: "aws-1" },
  ]);
});

test("a failure is thrown and logged, and so is what does not fit", async () => {
  await expect(capture(handler, sns({ order: "bad" }))).rejects.toThrow("cannot take it");
  await expect(capture(handler, sns({}))).rejects.toThrow("validation-failed: 1 problem in the message");
  await expect(capture(handler, sns("plain"))).rejects.toThrow(SyntaxError);
  for (const event of [{}, null, { Records: [] }, { Records: [{ eventSource: "aws:sqs" }] }])
    await expect(capture(handler, event)).rejects.toThrow("Not an SNS event");
});

test("lines of the message carry its correlation id", async () => {
  const logs = topic({ message: v.any() }, ({ log }) => log.info("taken"));
  const [, out] = await capture(logs, sns({}, "c-1"));
  expect(linesOf(out)).toMatchObject([{ message: "taken", message_id: "n-1", correlation_id: "c-1" }]);
});
