import { expect, test } from "@jest/globals";
import "./matchers.ts";
import { invoke } from "./invoke.ts";

const emf = JSON.stringify({
  _aws: {
    Timestamp: 0,
    CloudWatchMetrics: [{ Namespace: "n", Dimensions: [["route"]], Metrics: [{ Name: "requests", Unit: "Count" }] }],
  },
  route: "GET /a",
  requests: 1,
});

test("shows an HTTP answer, its log lines and its metrics", async () => {
  const answered = await invoke(async () => {
    process.stdout.write(`${JSON.stringify({ level: "INFO", message: "hello" })}\n${emf}\n`);
    return { statusCode: 201, headers: { "Content-Type": "application/json" }, body: '{"a":1}' };
  }, {});
  expect(answered).toBeHttp(201, { a: expect.any(Number) });
  expect(answered).toHaveLogged({ message: "hello" });
  expect(answered).toHaveMetric("requests", 1);
  expect(answered.metrics[0]?.dimensions).toEqual({ route: "GET /a" });
  expect(answered).not.toHaveLogged({ message: "bye" });
});

test("a thrown error is shown, not thrown", async () => {
  const failed = await invoke(() => {
    throw new Error("boom");
  }, {});
  expect(failed.error).toEqual(new Error("boom"));
  expect(failed.status).toBeUndefined();
});

test("a problem is told apart from other answers of the same status", async () => {
  const problem = { type: "https://x/conflict", title: "Conflict", status: 409, code: "slug-taken" };
  const answer = (type: string) => async () => ({
    statusCode: 409,
    headers: { "content-type": type },
    body: JSON.stringify(problem),
  });
  expect(await invoke(answer("application/problem+json"), {})).toBeProblem(409, "slug-taken");
  expect(await invoke(answer("application/json"), {})).not.toBeProblem(409, "slug-taken");
});

test("the remaining time of the context ticks down and never below zero", async () => {
  let remaining: number[] = [];
  await invoke(
    (_event: unknown, context: { getRemainingTimeInMillis: () => number }) => {
      remaining = [context.getRemainingTimeInMillis(), context.getRemainingTimeInMillis()];
    },
    {},
    { timeoutMs: 1000 },
  );
  expect(remaining[0]).toBeLessThanOrEqual(1000);
  expect(remaining[1]).toBeLessThanOrEqual(remaining[0] ?? 0);
});
