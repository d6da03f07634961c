import { afterEach, expect, jest, test } from "@jest/globals";
import { layGround } from "../ground.ts";
import type { InvokeOutcome } from "../ports/lambda.ts";
import type { Pool, User } from "./model.ts";
import { createTriggers } from "./triggers.ts";

afterEach(() => {
  jest.useRealTimers();
});

const dated = { createdAt: 0, changedAt: 0 };
const pool: Pool = {
  ...dated,
  id: "us-east-1_abc",
  name: "people",
  region: "us-east-1",
  settings: { LambdaConfig: { PostConfirmation: "late" } },
};
const user: User = {
  ...dated,
  poolId: pool.id,
  username: "ann",
  sub: "ann",
  status: "CONFIRMED",
  attributes: {},
  groups: [],
  codes: {},
};

/** Confirms somebody with a function that answers nothing so often. */
const confirm = async (lateTimes: number) => {
  jest.useFakeTimers();
  const requests: string[] = [];
  const invoke = ({ payload }: { payload: string }): Promise<InvokeOutcome> => {
    requests.push(payload);
    const answer = { failed: false, payload } as InvokeOutcome; // what triggers read of it
    return requests.length > lateTimes ? Promise.resolve(answer) : new Promise(() => {});
  };
  const trigger = createTriggers({ invoke, permits: () => true }, layGround({ frozenAt: 0 }));
  const outcome = trigger("PostConfirmation_ConfirmSignUp", { pool, user }).then(
    () => "confirmed",
    (error: unknown) => String(error),
  );
  await jest.advanceTimersByTimeAsync(15_000);
  return { outcome: await outcome, requests };
};

test("a function that does not answer within five seconds is called three times, with the same event", async () => {
  const { outcome, requests } = await confirm(3);
  expect(outcome).toContain("PostConfirmation failed with error Task timed out.");
  expect([requests.length, new Set(requests).size]).toEqual([3, 1]);
});

test("its late first try does not matter when the second answers", async () => {
  const { outcome, requests } = await confirm(1);
  expect([outcome, requests.length]).toEqual(["confirmed", 2]);
});
