import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  type Target,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Messaging, openMessaging, START } from "../deliveries/messaging.test.fixture.ts";

const SCHEDULER = "scheduler.amazonaws.com";
const DAY = 86_400_000;
let cloud: Messaging;
beforeEach(async () => {
  cloud = await openMessaging();
});
afterEach(() => cloud.close());

const send = {
  Effect: "Allow",
  Action: ["sqs:SendMessage", "lambda:InvokeFunction", "events:PutEvents"],
  Resource: "*",
} as const;
const queueTarget = async (rest: Partial<Target> = {}): Promise<Target> => ({
  Arn: await cloud.createQueue("jobs"),
  RoleArn: await cloud.createRole("runner", [send], SCHEDULER),
  Input: "<aws.scheduler.scheduled-time>",
  ...rest,
});
const schedule = (Target: Target, ScheduleExpression: string, rest: Partial<CreateScheduleCommandInput> = {}) =>
  cloud.clients.scheduler.send(
    new CreateScheduleCommand({ Name: "s", FlexibleTimeWindow: { Mode: "OFF" }, ScheduleExpression, Target, ...rest }),
  );
const bodies = async () => (await cloud.receive("jobs")).map(({ Body = "" }) => Body);

describe("a schedule", () => {
  test("runs a function with its input, under its role", async () => {
    const Arn = await cloud.createFunction("fn");
    const Input = '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","n":<aws.scheduler.attempt-number>}'; // prettier-ignore
    const { ScheduleArn } = await schedule(await queueTarget({ Arn, Input: Input.replace("<aws.scheduler.attempt-number>", '"<aws.scheduler.attempt-number>"') }), "at(2026-11-21T09:00:00)"); // prettier-ignore
    expect(ScheduleArn).toBe("arn:aws:scheduler:us-east-1:000000000000:schedule/default/s");
    await cloud.clock.advance(DAY);
    expect(await cloud.eventsOf("fn")).toEqual([
      { arn: ScheduleArn, at: "2026-11-21T09:00:00Z", id: expect.stringMatching(/^[0-9a-f]{16}$/), n: "1" },
    ]);
  });

  test("keeps to its time zone when the clocks change", async () => {
    const options = { ScheduleExpressionTimezone: "Europe/Berlin", EndDate: new Date("2027-03-30T00:00:00Z") };
    await cloud.close();
    cloud = await openMessaging({ frozenAt: Date.parse("2027-03-27T00:00:00Z") });
    await schedule(await queueTarget(), "cron(30 2 * * ? *)", options);
    await cloud.clock.advance(3 * DAY);
    expect((await bodies()).toSorted()).toEqual(["2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z"]);
  });

  test("at a rate runs at once, and from its start date on until its end date", async () => {
    const target = await queueTarget();
    await schedule(target, "rate(1 hour)");
    await cloud.clock.advance(3_600_000);
    expect((await bodies()).toSorted()).toEqual(["2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"]);
    await cloud.clients.scheduler.send(new DeleteScheduleCommand({ Name: "s" }));
    const dates = { StartDate: new Date("2026-11-21T12:30:00Z"), EndDate: new Date("2026-11-21T14:30:00Z") };
    await schedule(target, "rate(1 hour)", dates);
    await cloud.clock.advance(DAY);
    expect((await bodies()).toSorted()).toEqual([
      "2026-11-21T12:30:00Z",
      "2026-11-21T13:30:00Z",
      "2026-11-21T14:30:00Z",
    ]);
  });

  test("with a flexible window runs within it, at the same time in every cloud", async () => {
    const FlexibleTimeWindow = { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 } as const;
    await schedule(await queueTarget(), "rate(1 day)", { FlexibleTimeWindow });
    const fired = await cloud.clock.advance(DAY - 1);
    expect(fired.map(({ label }) => label)).toEqual(["scheduler: default/s", "scheduler: delivery"]);
    const late = Date.parse(fired[1]?.time ?? "") - START;
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(900_000);
    expect(fired[1]?.time).toMatchInlineSnapshot(`"2026-11-21T08:06:00.372Z"`);
    expect(await bodies()).toEqual(["2026-11-21T08:00:00Z"]);
  });

  test("goes after its last run when it shall", async () => {
    await schedule(await queueTarget(), "at(2026-11-21T09:00:00)", { ActionAfterCompletion: "DELETE" });
    await cloud.clock.advance(DAY);
    expect(await bodies()).toHaveLength(1);
    await expect(cloud.clients.scheduler.send(new GetScheduleCommand({ Name: "s" }))).rejects.toMatchObject({ name: "ResourceNotFoundException" }); // prettier-ignore
  });

  test("puts an event on a bus, with the event's source and type", async () => {
    const bus = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    const target = await queueTarget({ Arn: bus, Input: '{"a":1}', EventBridgeParameters: { Source: "app", DetailType: "tick" } }); // prettier-ignore
    const Arn = await cloud.createQueue("jobs", "events.amazonaws.com");
    await cloud.clients.events.send(new PutRuleCommand({ Name: "r", EventPattern: '{"source":["app"]}' }));
    await cloud.clients.events.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "t", Arn }] }));
    const { ScheduleArn } = await schedule(target, "at(2026-11-21T09:00:00)");
    await cloud.clock.advance(DAY);
    const [body = "{}"] = await bodies();
    expect(JSON.parse(body)).toMatchObject({
      source: "app",
      "detail-type": "tick",
      detail: { a: 1 },
      resources: [ScheduleArn],
    });
  });

  test("gives a FIFO queue its message beside those of other schedules, which differ by what they say", async () => {
    const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    const Arn = await cloud.createQueue("jobs.fifo", undefined, fifo);
    const target = await queueTarget({ Arn, SqsParameters: { MessageGroupId: "g" } });
    for (const Input of ["a", "b"]) await schedule({ ...target, Input }, "at(2026-11-21T09:00:00)", { Name: Input });
    await cloud.clock.advance(DAY);
    expect((await cloud.receive("jobs.fifo")).map(({ Body }) => Body)).toEqual(["a", "b"]);
  });

  test("is described, updated, listed, disabled and deleted; another of its name is a conflict", async () => {
    const { scheduler } = cloud.clients;
    const Target = await queueTarget();
    const StartDate = new Date("2026-12-01T00:00:00Z");
    await schedule(Target, "rate(1 hour)", { StartDate, Description: "d" });
    const described = await scheduler.send(new GetScheduleCommand({ Name: "s" }));
    expect(described).toMatchObject({ StartDate, Description: "d", Target, State: "ENABLED", ScheduleExpressionTimezone: "UTC", CreationDate: new Date(START) }); // prettier-ignore
    await expect(schedule(Target, "rate(1 hour)")).rejects.toMatchObject({ name: "ConflictException" });
    await scheduler.send(new UpdateScheduleCommand({ Name: "s", Target, ScheduleExpression: "rate(1 day)", FlexibleTimeWindow: { Mode: "OFF" }, State: "DISABLED" })); // prettier-ignore
    const updated = await scheduler.send(new GetScheduleCommand({ Name: "s" }));
    expect(updated.StartDate).toBeUndefined();
    await cloud.clock.advance(5 * DAY);
    expect(await bodies()).toEqual([]);
    const { Schedules } = await scheduler.send(new ListSchedulesCommand({ NamePrefix: "s", MaxResults: 1 }));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(["s"]);
    await scheduler.send(new DeleteScheduleCommand({ Name: "s" }));
    await expect(scheduler.send(new DeleteScheduleCommand({ Name: "s" }))).rejects.toThrow("Schedule s does not exist");
  });

  test("made or updated again with the same token is as it was, and does not run once more", async () => {
    const { scheduler } = cloud.clients;
    const Target = await queueTarget();
    const first = await schedule(Target, "rate(1 hour)", { ClientToken: "a" });
    await cloud.clock.advance(60_000);
    expect(await schedule(Target, "rate(1 hour)", { ClientToken: "a" })).toMatchObject({ ScheduleArn: first.ScheduleArn }); // prettier-ignore
    const change = { Name: "s", Target, ScheduleExpression: "rate(2 hours)", ClientToken: "b" };
    for (const State of ["ENABLED", "ENABLED", "DISABLED"] as const) {
      await scheduler.send(new UpdateScheduleCommand({ ...change, State, FlexibleTimeWindow: { Mode: "OFF" } }));
      await cloud.clock.advance(60_000);
    }
    expect(await bodies()).toEqual(["2026-11-21T08:00:00Z", "2026-11-21T08:01:00Z"]);
    const described: object = await scheduler.send(new GetScheduleCommand({ Name: "s" }));
    expect(described).toMatchObject({ State: "DISABLED" });
    const other = schedule(Target, "rate(1 day)", { ClientToken: "b" });
    await expect(other).rejects.toMatchObject({ name: "ConflictException" });
  });

  test.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ["a wrong expression", { ScheduleExpression: "cron(0 1 * * *)" }, "6 fields"],
    ["an unknown zone", { ScheduleExpressionTimezone: "Mars/Base" }, "IANA time zone"],
    ["a window without minutes", { FlexibleTimeWindow: { Mode: "FLEXIBLE" } }, "MaximumWindowInMinutes"],
    ["dates upside down", { StartDate: new Date(2), EndDate: new Date(1) }, "EndDate must be after StartDate"],
    ["a group that is not there", { GroupName: "none" }, "Schedule group none does not exist"],
  ])("with %s is refused", async (_what, rest, message) => {
    await expect(schedule(await queueTarget(), "rate(1 day)", rest)).rejects.toThrow(message);
  });

  test("needs a role that Scheduler may take, and what the role allows", async () => {
    const RoleArn = await cloud.createRole("foreign", [send], "lambda.amazonaws.com");
    const target = await queueTarget();
    await expect(schedule({ ...target, RoleArn }, "rate(1 day)")).rejects.toThrow(
      "must allow AWS EventBridge Scheduler to assume",
    );
    const weak = await cloud.createRole(
      "weak",
      [{ ...send, Resource: "arn:aws:sqs:us-east-1:000000000000:dead" }],
      SCHEDULER,
    );
    const DeadLetterConfig = { Arn: await cloud.createQueue("dead") };
    await schedule({ ...target, RoleArn: weak, DeadLetterConfig }, "at(2026-11-21T09:00:00)");
    await cloud.clock.advance(DAY);
    const [dead] = await cloud.receive("dead");
    expect(dead?.Body).toBe("2026-11-21T09:00:00Z");
    expect(dead?.MessageAttributes).toMatchObject({ ERROR_CODE: { StringValue: "NO_PERMISSIONS" } });
  });

  test("takes a role that trusts Scheduler for this account and group alone", async () => {
    const trusting = (name: string, group: string) =>
      cloud.createRole(name, [send], SCHEDULER, {
        StringEquals: { "aws:SourceAccount": "000000000000" },
        ArnLike: { "aws:SourceArn": `arn:aws:scheduler:*:000000000000:schedule-group/${group}` },
      });
    const target = await queueTarget({ RoleArn: await trusting("ours", "default") });
    await schedule(target, "at(2026-11-21T09:00:00)");
    await cloud.clock.advance(DAY);
    expect(await bodies()).toEqual(["2026-11-21T09:00:00Z"]);
    const RoleArn = await trusting("theirs", "g");
    await expect(schedule({ ...target, RoleArn }, "rate(1 day)", { Name: "t" })).rejects.toThrow("must allow AWS");
  });

  test("whose target fails for now is tried again, saying which attempt it is", async () => {
    const Input = "<aws.scheduler.attempt-number>";
    await schedule(await queueTarget({ Input }), "at(2026-11-21T09:00:00)");
    cloud.faults.add({ match: { service: "scheduler" }, when: { times: 2 }, effect: { kind: "throttle" } });
    await cloud.clock.advance(DAY);
    expect(await bodies()).toEqual(["3"]);
  });

  test("goes on after a restart; what was due in between is not made up for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "scheduler-test-"));
    await cloud.close();
    cloud = await openMessaging({ folder });
    await schedule(await queueTarget(), "rate(1 hour)", { StartDate: new Date(START + 1_800_000) });
    await cloud.clock.advance(3_600_000);
    expect(await bodies()).toEqual(["2026-11-21T08:30:00Z"]);
    await cloud.close();
    cloud = await openMessaging({ folder, frozenAt: START + 4 * 3_600_000 });
    await cloud.clock.advance(3_600_000);
    expect(await bodies()).toEqual(["2026-11-21T12:30:00Z"]);
    rmSync(folder, { recursive: true });
  });
});

test("groups hold schedules, and take them along", async () => {
  const { scheduler } = cloud.clients;
  await cloud.create("AWS::Scheduler::ScheduleGroup", { Name: "g" });
  await schedule(await queueTarget(), "rate(1 hour)", { GroupName: "g" });
  await scheduler.send(new GetScheduleCommand({ Name: "s", GroupName: "g" }));
  await cloud.type("AWS::Scheduler::ScheduleGroup").remove("g", {}, cloud.context("G"));
  await cloud.clock.advance(DAY);
  expect(await bodies()).toEqual([]);
  expect((await scheduler.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
});

test("the CloudFormation types make, change and remove schedules and groups", async () => {
  const group = await cloud.create("AWS::Scheduler::ScheduleGroup", { Name: "g" });
  expect(group.attributes).toMatchObject({
    Arn: "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g",
    State: "ACTIVE",
  });
  const properties = {
    GroupName: "g",
    ScheduleExpression: "rate(1 hour)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: await queueTarget({ RetryPolicy: { MaximumRetryAttempts: 2 } }),
  };
  const { physicalId, attributes } = await cloud.create("AWS::Scheduler::Schedule", properties, "S");
  expect(attributes).toEqual({ Arn: "arn:aws:scheduler:us-east-1:000000000000:schedule/g/app-local-S" });
  await cloud.clock.advance(1);
  expect(await bodies()).toHaveLength(1);
  const { update, remove } = cloud.type("AWS::Scheduler::Schedule");
  await update?.(physicalId, { ...properties, State: "DISABLED" }, properties, cloud.context("S"));
  await cloud.clock.advance(DAY);
  expect(await bodies()).toEqual([]);
  await remove(physicalId, properties, cloud.context("S"));
  await remove(physicalId, properties, cloud.context("S"));
  await cloud.type("AWS::Scheduler::ScheduleGroup").remove("g", {}, cloud.context("G"));
  const bad = { ...properties, ScheduleExpression: "rate(1 hours)" };
  await expect(cloud.create("AWS::Scheduler::Schedule", bad)).rejects.toThrow("a rate of 1 takes hour");
});
