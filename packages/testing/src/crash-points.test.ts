import { expect, test } from "@jest/globals";
import "./matchers.ts";
import { everyCrashPoint } from "./crash-points.ts";
import type { HttpResult } from "./http-client.ts";
import type { TestCloud } from "./open-cloud.ts";
import { NO_POOL } from "./user-pool.ts";

/** Follows a link, again after a failure: two tries, one AWS call each. */
const follow = async (cloud: TestCloud): Promise<readonly HttpResult[]> => {
  const app = await cloud.deploy("services/url-shortener", { imports: NO_POOL });
  const first = await app.http.get("/nope");
  return first.status < 500 ? [first] : [first, await app.http.get("/nope")];
};

test("each AWS call is a crash point, before and after it; in between the invariant holds", async () => {
  const answers: (readonly number[])[] = [];
  const points = await everyCrashPoint(
    follow,
    (_cloud, outcome) => {
      answers.push(outcome.map(({ status }) => status));
      expect(outcome.at(-1)).toBeHttp(404);
    },
    { functions: "url-shortener-local-redirect", modes: ["before", "after"] },
  );
  const aws = "dynamodb:GetItem arn:aws:dynamodb:us-east-1:000000000000:table/url-shortener-local-links";
  expect(points).toEqual([
    { invocation: 1, call: 1, mode: "before", aws },
    { invocation: 1, call: 1, mode: "after", aws },
  ]);
  expect(answers.slice(0, 2)).toEqual([
    [500, 404],
    [500, 404],
  ]);
  expect(answers.slice(2)).toEqual(answers.slice(2).map(() => [404])); // those that no longer were cut
});

test("an invariant that does not hold is an error naming the crash point, with the traces", async () => {
  const runs = everyCrashPoint(follow, (_cloud, [first]) => expect(first).toBeHttp(404), { functions: "*-redirect" });
  await expect(runs).rejects.toThrow(
    /Crash point before call 1 of invocation 1, dynamodb:GetItem arn.*: expected HTTP 404[^]*invocation url-shortener-local-redirect/,
  );
});
