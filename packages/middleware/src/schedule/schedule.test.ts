import { expect, test } from "@jest/globals";
import { busEvent } from "../carrier/sources.test.fixture.ts";
import { capture } from "../http/request.test.fixture.ts";
import { schedule } from "./schedule.ts";

const inputs: unknown[] = [];
const handler = schedule(({ time, name, correlationId }) => void inputs.push({ time, name, correlationId }));
const due = (resource: string, detail: unknown): unknown =>
  busEvent(detail, { "detail-type": "Scheduled Event", source: "aws.events", resources: [resource] });

test("a rule and a schedule of EventBridge Scheduler say when and which", async () => {
  await capture(handler, due("arn:aws:events:us-east-1:000000000000:rule/nightly", {}));
  await capture(handler, due("arn:aws:scheduler:us-east-1:000000000000:schedule/default/hourly", "{}"));
  expect(inputs).toEqual([
    { time: "2026-11-21T05:00:00Z", name: "nightly", correlationId: "e-1" },
    { time: "2026-11-21T05:00:00Z", name: "hourly", correlationId: "e-1" },
  ]);
});

test("a failure is thrown; what is no schedule's event is refused", async () => {
  const fails = schedule(() => {
    throw new Error("not tonight");
  });
  await expect(capture(fails, due("a/b", {}))).rejects.toThrow("not tonight");
  for (const event of [{}, null, busEvent({}), { mode: "custom input" }])
    await expect(capture(handler, event)).rejects.toThrow("Not the event of a schedule");
});
