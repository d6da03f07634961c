import { expect, test } from "@jest/globals";
import { sqsEvent } from "./events/sqs.ts";
import { invoke } from "./invoke.ts";
import { isFailing, type Outcome, outcomeOf } from "./outcome.ts";

const log = (message: string): unknown => process.stdout.write(`${JSON.stringify({ message })}\n`);

test.each<[string, Outcome, () => unknown]>([
  ["an answer over HTTP is its status", 404, () => ({ statusCode: 404, body: "" })],
  ["a batch counts what comes again", "1 failed", () => ({ batchItemFailures: [{ itemIdentifier: "1" }] })],
  ["a batch without failures is done", "done", () => ({ batchItemFailures: [] })],
  ["an authorizer's no is a refusal", "refuses", () => ({ isAuthorized: false })],
  ["an authorizer's yes is done", "done", () => ({ isAuthorized: true })],
  ["what has nothing to say is done", "done", () => undefined],
  ["a log line tells a refusal", "refuses: image rejected", () => void log("image rejected")],
  ["a log line tells what was done", "done: image resized", () => void log("image resized")],
  [
    "an error has its name",
    "throws TypeError",
    () => {
      throw new TypeError("not mine");
    },
  ],
])("%s", async (_name, expected, handler) => {
  expect(outcomeOf(await invoke(handler, sqsEvent(["one"])), expected)).toBe(expected);
});

test("what the log does not hold was not done", async () => {
  const invocation = await invoke(() => void log("image resized"), {});
  expect(outcomeOf(invocation, "refuses: image rejected")).toBe("done");
});

const failAfterwards = (): never => {
  log("image rejected");
  throw new RangeError("and then");
};

test("a word of the log needs the call to end well", async () => {
  expect(outcomeOf(await invoke(failAfterwards, {}), "refuses: image rejected")).toBe("throws RangeError");
});

test.each<[Outcome, boolean]>([
  [200, false],
  [304, false],
  [404, true],
  [503, true],
  ["done", false],
  ["done: import ended", false],
  ["2 failed", true],
  ["refuses", true],
  ["refuses: import failed", true],
  ["throws TypeError", true],
])("%s is failing: %s", (outcome, failing) => {
  expect(isFailing(outcome)).toBe(failing);
});
