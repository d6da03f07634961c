// Faults of calls, as a real SDK client sees them.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { createSts } from "../sts/index.ts";
import { serve, type Served } from "./serve.test.fixture.ts";

let served: Served;
let calls = 0;

beforeAll(async () => {
  served = await serve((ground, iam) => {
    const { service } = createSts(ground, iam);
    const { GetCallerIdentity: act, ...others } = service.actions;
    const counted = (call: Parameters<NonNullable<typeof act>>[0]): unknown => {
      calls++;
      return act?.(call);
    };
    return [{ ...service, actions: { ...others, GetCallerIdentity: counted } }];
  });
});
afterEach(() => {
  served.ground.faults.clear();
  calls = 0;
});
afterAll(() => served.close());

const ask = (maxAttempts = 1) =>
  new STSClient({ ...served.client, maxAttempts }).send(new GetCallerIdentityCommand({}));
const match = { service: "sts", action: "GetCallerIdentity" };

test("an error comes instead of the action", async () => {
  served.ground.faults.add({ match, effect: { kind: "error", code: "ServiceUnavailable", status: 503 } });
  await expect(ask()).rejects.toMatchObject({ name: "ServiceUnavailable", $metadata: { httpStatusCode: 503 } });
  expect(calls).toBe(0);
});

test("a client that retries gets over a throttle of its first request", async () => {
  served.ground.faults.add({ match, when: { nth: 1 }, effect: { kind: "throttle" } });
  await expect(ask(2)).resolves.toMatchObject({ Account: "000000000000" });
  expect(calls).toBe(1);
});

test("a cut connection: before the action nothing is done, after it everything", async () => {
  served.ground.faults.add({ id: "cut", match, effect: { kind: "reset" } });
  await expect(ask()).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(calls).toBe(0);
  served.ground.faults.clear("cut");
  served.ground.faults.add({ match, effect: { kind: "lost-answer" } });
  await expect(ask()).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(calls).toBe(1);
});
