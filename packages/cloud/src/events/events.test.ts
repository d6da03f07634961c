import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { arnOf, type Messaging, openMessaging, START } from "../deliveries/messaging.test.fixture.ts";

const EVENTS = "events.amazonaws.com";
const ANY = '{"source":[{"prefix":""}]}';
let cloud: Messaging;
beforeEach(async () => {
  cloud = await openMessaging();
});
afterEach(() => cloud.close());

const put = async (...Entries: PutEventsRequestEntry[]) => cloud.clients.events.send(new PutEventsCommand({ Entries }));
const order = (detail: object, more: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  Source: "shop",
  DetailType: "Order",
  Detail: JSON.stringify(detail),
  ...more,
});
const putRule = (rest: object) => cloud.clients.events.send(new PutRuleCommand({ Name: "r", ...rest }));
/** The clients cannot write it: a date ends 8.64e12 s after 1970. */
const beyond = Object.assign(new Date(0), { getTime: () => 1e18 });
const rule = async (Target: Omit<Target, "Id">, EventPattern = ANY, EventBusName?: string) => {
  const { RuleArn } = await putRule({ EventPattern, EventBusName });
  const Targets = [{ Id: "t", ...Target } as Target];
  await cloud.clients.events.send(new PutTargetsCommand({ Rule: "r", EventBusName, Targets }));
  return RuleArn;
};
const bodies = async (name: string) => (await cloud.receive(name)).map(({ Body = "" }) => Body);

describe("an event", () => {
  test("reaches a function in AWS's envelope when the pattern matches", async () => {
    await rule({ Arn: await cloud.createFunction("fn", EVENTS) }, '{"source":["shop"],"detail":{"state":["paid"]}}');
    const { Entries, FailedEntryCount } = await put(
      order({ state: "paid" }, { Resources: ["arn:a"], Time: new Date("2026-01-02T03:04:05Z") }),
      order({ state: "new" }),
    );
    expect(FailedEntryCount).toBe(0);
    const events = await cloud.eventsOf("fn");
    expect(events).toEqual([
      {
        version: "0",
        id: Entries?.[0]?.EventId,
        "detail-type": "Order",
        source: "shop",
        account: "000000000000",
        time: "2026-01-02T03:04:05Z",
        region: "us-east-1",
        resources: ["arn:a"],
        detail: { state: "paid" },
      },
    ]);
    expect(Object.keys(events[0] ?? {})[2]).toBe("detail-type");
    expect(cloud.metrics).toContain("AWS/Events/Invocations");
  });

  test("is refused entry by entry, or as a whole when there is too much", async () => {
    const { Entries, FailedEntryCount } = await put(
      order({}),
      { DetailType: "x", Detail: "{}" },
      order({}, { Detail: "[1]" }),
      order({}, { Source: "aws.s3" }),
      order({}, { EventBusName: "none" }),
    );
    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      "InvalidArgument",
      "MalformedDetail",
      "NotAuthorizedForSource",
      "ResourceNotFoundException",
    ]);
    await expect(put(order({ text: "x".repeat(262_144) }))).rejects.toThrow("over the limit");
    await expect(put(...Array(11).fill(order({})))).rejects.toThrow("between 1 and 10");
  });

  test("with a time that no clock has is refused alone", async () => {
    await rule({ Arn: await cloud.createQueue("jobs", EVENTS), InputPath: "$.detail.n" });
    const { Entries, FailedEntryCount } = await put(order({ n: 1 }), order({ n: 2 }, { Time: beyond }));
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.[1]).toMatchObject({ ErrorCode: "InvalidArgument", ErrorMessage: expect.stringContaining("Time") });
    expect(await bodies("jobs")).toEqual(["1"]);
  });

  test("of an AWS service is accepted from that service alone", async () => {
    await rule({ Arn: await cloud.createQueue("jobs", EVENTS), InputPath: "$.detail-type" }, '{"source":["aws.s3"]}');
    const event = {
      targetArn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
      sourceArn: "arn:aws:s3:::photos",
      source: "aws.s3",
      detailType: "Object Created",
      body: "{}",
    };
    cloud.deliver({ ...event, principal: { kind: "service", name: "s3.amazonaws.com" } });
    expect(await bodies("jobs")).toEqual(['"Object Created"']);
    const role = await cloud.createRole(
      "r",
      [{ Effect: "Allow", Action: "events:PutEvents", Resource: "*" }],
      "x.amazonaws.com",
    );
    const principal = cloud.iam.principalOf(role, "s");
    expect(() => cloud.deliver({ ...event, principal })).toThrow("Not authorized for the source");
  });
});

describe("what a target gets", () => {
  const detail = { id: "i-1", state: "RUNNING", n: 5, tags: { a: 1 }, list: [{ x: 1 }, { x: 2 }] };
  const paths = { instance: "$.detail.id", state: "$.detail.state", n: "$.detail.n", tags: "$.detail.tags", xs: "$.detail.list[*].x", none: "$.detail.none" }; // prettier-ignore
  const transform = (InputTemplate: string) => ({ InputTransformer: { InputPathsMap: paths, InputTemplate } });

  test.each<[string, Partial<Target>, string]>([
    ["a constant", { Input: '{"a": 1}' }, '{"a": 1}'],
    ["a part", { InputPath: "$.detail.tags" }, '{"a":1}'],
    ["a member of a list", { InputPath: "$.detail.list[1].x" }, "2"],
    ["a text", transform('"instance <instance> is in <state>"'), '"instance i-1 is in RUNNING"'],
    ["a text with quotes", transform(String.raw`"instance \"<instance>\""`), String.raw`"instance \"i-1\""`],
    [
      "JSON with variables in and out of quotes",
      transform('{"instance" : <instance>, "s": "<state>!", "n": <n>, "t": <tags>, "xs": [9, <xs>]}'),
      '{"instance":"i-1","s":"RUNNING!","n":5,"t":{"a":1},"xs":[9,[1,2]]}',
    ],
    ["nothing for what is not there", transform('{"a": "<none>", "b": <none>}'), '{"a":"","b":""}'],
    [
      "the reserved variables",
      transform(
        '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>}',
      ),
      '{"arn":"arn:aws:events:us-east-1:000000000000:rule/r","name":"r","at":"2026-11-21T08:00:00.000Z"}',
    ],
  ])("%s", async (_what, target, expected) => {
    await rule({ Arn: await cloud.createQueue("jobs", EVENTS), ...target });
    await put(order(detail));
    expect(await bodies("jobs")).toEqual([expected]);
  });

  test("the whole event, and its text", async () => {
    const template = '{"event": <aws.events.event>, "text": <aws.events.event.json>}';
    await rule({ Arn: await cloud.createQueue("jobs", EVENTS), InputTransformer: { InputTemplate: template } });
    await put(order(detail));
    const [{ event, text } = { event: {}, text: "" }] = (await bodies("jobs")).map(
      (body) => JSON.parse(body) as { event: object; text: string },
    );
    expect(event).toMatchObject({ source: "shop", detail });
    expect(JSON.parse(text)).toEqual(event);
  });
});

describe("a delivery", () => {
  test("that the target does not allow goes to the dead-letter queue at once, saying why", async () => {
    const closed = await cloud.createQueue("closed");
    const ruleArn = await rule({ Arn: closed, DeadLetterConfig: { Arn: await cloud.createQueue("dead", EVENTS) } });
    await put(order({ n: 1 }));
    const [message] = await cloud.receive("dead");
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({ source: "shop", detail: { n: 1 } });
    const texts = Object.entries(message?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]);
    expect(Object.fromEntries(texts)).toEqual({
      RULE_ARN: ruleArn,
      TARGET_ARN: closed,
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: expect.stringMatching(/is not authorized to perform: sqs:SendMessage/i),
    });
  });

  test("that fails for now is tried again on the clock, until the policy of the target ends it", async () => {
    const target = {
      Arn: await cloud.createQueue("jobs", EVENTS),
      RetryPolicy: { MaximumRetryAttempts: 3 },
      DeadLetterConfig: { Arn: await cloud.createQueue("dead", EVENTS) },
    };
    await rule(target);
    cloud.faults.add({
      match: { service: "events", action: "Deliver" },
      when: { times: 6 },
      effect: { kind: "throttle" },
    });
    await put(order({}));
    await cloud.clock.advance(6_999);
    expect(await bodies("dead")).toEqual([]);
    await cloud.clock.advance(1);
    const [dead] = await cloud.receive("dead");
    expect(dead?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: "THROTTLING" },
      RETRY_ATTEMPTS: { StringValue: "3" },
      EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumRetryAttempts" },
    });
    await put(order({}));
    await cloud.clock.advance(3_000);
    expect(await bodies("jobs")).toHaveLength(1);
  });

  test("goes on after a restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "events-test-"));
    await cloud.close();
    cloud = await openMessaging({ folder });
    await rule({ Arn: await cloud.createQueue("jobs", EVENTS) });
    cloud.faults.add({
      match: { service: "events", action: "Deliver" },
      when: { times: 1 },
      effect: { kind: "error", code: "InternalError" },
    });
    await put(order({}));
    await cloud.close();
    cloud = await openMessaging({ folder, frozenAt: START + 60_000 });
    expect(await bodies("jobs")).toHaveLength(1);
    await cloud.clock.advance(3_600_000);
    expect(await bodies("jobs")).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test("to a topic and to a FIFO queue is possible", async () => {
    const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    const queue = await cloud.createQueue("jobs.fifo", EVENTS, fifo);
    const toQueue = { Arn: queue, SqsParameters: { MessageGroupId: "$.detail.customer" } };
    await rule(toQueue);
    const Targets = [{ Id: "other", ...toQueue, InputPath: "$.detail" }];
    await cloud.clients.events.send(new PutTargetsCommand({ Rule: "r", Targets }));
    await put(order({ customer: "c1" }));
    const messages = await cloud.receive("jobs.fifo");
    expect(messages.map(({ Attributes }) => Attributes?.["MessageGroupId"])).toEqual(["c1", "c1"]);
    await expect(rule({ Arn: queue })).rejects.toThrow("MessageGroupId must be specified");
    await expect(rule({ Arn: arnOf("logs", "log-group:x") })).rejects.toThrow("The target arn:aws:logs:");
  });

  test("with a role needs what the role allows, and that EventBridge may take it", async () => {
    const Arn = await cloud.createQueue("jobs");
    const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: Arn } as const;
    const RoleArn = await cloud.createRole("sender", [send], EVENTS, {
      StringEquals: { "aws:SourceAccount": "000000000000" },
      ArnEquals: { "aws:SourceArn": arnOf("events", "rule/r") },
    });
    await rule({ Arn, RoleArn });
    await put(order({}));
    expect(await bodies("jobs")).toHaveLength(1);
    const foreign = await cloud.createRole("foreign", [send], "other.amazonaws.com");
    await rule({ Arn, RoleArn: foreign });
    await put(order({}));
    expect(await bodies("jobs")).toEqual([]);
    expect(cloud.reports.join()).toContain("is not authorized to assume role");
  });
});

describe("buses", () => {
  const other = "arn:aws:events:us-east-1:000000000000:event-bus/other";

  test("have their own rules; an event goes from one to another, and no further", async () => {
    const { events } = cloud.clients;
    for (const Name of ["other", "third"]) await events.send(new CreateEventBusCommand({ Name }));
    const forward = { Effect: "Allow", Action: "events:PutEvents", Resource: "*" } as const;
    const RoleArn = await cloud.createRole("forward", [forward], EVENTS);
    await rule({ Arn: other, RoleArn });
    await rule({ Arn: await cloud.createQueue("jobs", EVENTS), InputPath: "$.id" }, ANY, "other");
    await events.send(new PutTargetsCommand({ Rule: "r", EventBusName: "other", Targets: [{ Id: "b", Arn: other.replace("other", "third"), RoleArn }] })); // prettier-ignore
    await rule({ Arn: arnOf("sqs", "jobs") }, ANY, "third");
    const { Entries } = await put(order({}));
    expect(await bodies("jobs")).toEqual([JSON.stringify(Entries?.[0]?.EventId)]);
    await expect(events.send(new DeleteEventBusCommand({ Name: "other" }))).rejects.toThrow("since it has rules");
  });

  test("refuse a policy that is none", async () => {
    const Statement = {
      Effect: "Allow",
      Principal: "*",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: null },
    };
    const statement = { EventBusName: "other", StatementId: "all", Statement };
    expect(() => cloud.type("AWS::Events::EventBusPolicy").check?.(statement)).toThrow("is no statement of a policy");
    const bus = { Name: "other", Policy: { Statement } };
    expect(() => cloud.type("AWS::Events::EventBus").check?.(bus)).toThrow("is no policy document");
  });

  test("of another account, or what is no bus, do not exist", async () => {
    const { events } = cloud.clients;
    const theirs = "arn:aws:events:us-east-1:111111111111:event-bus/default";
    const names = [theirs, "arn:aws:events:us-east-1:000000000000:x/default", "arn:foo/default"];
    const { Entries = [] } = await put(...names.map((EventBusName) => order({}, { EventBusName })));
    expect(new Set(Entries.map(({ ErrorCode }) => ErrorCode))).toEqual(new Set(["ResourceNotFoundException"]));
    const EventBusName = theirs.replace("111111111111", "000000000000");
    expect(await put(order({}, { EventBusName }))).toMatchObject({ FailedEntryCount: 0 });
    const putRule = new PutRuleCommand({ Name: "r", EventPattern: ANY, EventBusName: theirs });
    await expect(events.send(putRule)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("let in whom their policy names", async () => {
    const { events } = cloud.clients;
    await events.send(new CreateEventBusCommand({ Name: "other" }));
    const role = await cloud.createRole("none", [], "x.amazonaws.com");
    const principal = cloud.iam.principalOf(role, "s");
    const deliver = () =>
      cloud.deliver({ principal, targetArn: other, sourceArn: "arn:x", source: "app", detailType: "t", body: "{}" });
    expect(deliver).toThrow("is not authorized to perform: events:PutEvents");
    const Statement = { Effect: "Allow", Principal: "*", Action: "events:PutEvents", Resource: other };
    const policy = { EventBusName: "other", StatementId: "all", Statement };
    await cloud.create("AWS::Events::EventBusPolicy", policy);
    deliver();
    const { Policy } = await events.send(new DescribeEventBusCommand({ Name: "other" }));
    expect(JSON.parse(Policy ?? "")).toMatchObject({ Statement: [{ Sid: "all", Principal: "*", Resource: other }] });
    await cloud.type("AWS::Events::EventBusPolicy").remove("all", policy, cloud.context("P"));
    expect(deliver).toThrow("is not authorized");
  });
});

describe("rules", () => {
  test("are described, listed, disabled, and deleted once they have no targets", async () => {
    const { events } = cloud.clients;
    const Arn = await cloud.createQueue("jobs", EVENTS);
    const RuleArn = await rule({ Arn });
    const described = await events.send(new DescribeRuleCommand({ Name: "r" }));
    expect(described).toMatchObject({ Arn: RuleArn, EventPattern: ANY, State: "ENABLED", EventBusName: "default" });
    expect((await events.send(new ListRulesCommand({ NamePrefix: "r" }))).Rules).toHaveLength(1);
    expect((await events.send(new ListTargetsByRuleCommand({ Rule: "r" }))).Targets).toEqual([{ Id: "t", Arn }]);
    await events.send(new DisableRuleCommand({ Name: "r" }));
    await put(order({}));
    expect(await bodies("jobs")).toEqual([]);
    await events.send(new EnableRuleCommand({ Name: "r" }));
    await expect(events.send(new DeleteRuleCommand({ Name: "r" }))).rejects.toThrow("since it has targets");
    await events.send(new RemoveTargetsCommand({ Rule: "r", Ids: ["t"] }));
    await events.send(new DeleteRuleCommand({ Name: "r" }));
    await expect(events.send(new DescribeRuleCommand({ Name: "r" }))).rejects.toMatchObject({ name: "ResourceNotFoundException" }); // prettier-ignore
  });

  test("with a wrong pattern or schedule are refused by name", async () => {
    await expect(putRule({ EventPattern: '{"a":[{"foo":1}]}' })).rejects.toMatchObject({
      name: "InvalidEventPatternException",
    });
    await expect(putRule({ EventPattern: "{}" })).rejects.toThrow("Empty objects");
    await expect(putRule({ ScheduleExpression: "cron(0 1 * * *)" })).rejects.toThrow("6 fields");
    await expect(putRule({})).rejects.toThrow("EventPattern or ScheduleExpression");
  });

  test("with a schedule run on the clock in UTC", async () => {
    const ScheduleExpression = "cron(30 8 * * ? *)";
    const { RuleArn } = await cloud.clients.events.send(new PutRuleCommand({ Name: "daily", ScheduleExpression }));
    const Targets = [{ Id: "t", Arn: await cloud.createFunction("fn", EVENTS) }];
    await cloud.clients.events.send(new PutTargetsCommand({ Rule: "daily", Targets }));
    await cloud.clock.advance(86_400_000 + 1_800_000);
    const events = await cloud.eventsOf("fn");
    expect(events.map(({ time }) => time)).toEqual(["2026-11-21T08:30:00Z", "2026-11-22T08:30:00Z"]);
    expect(events[0]).toMatchObject({
      "detail-type": "Scheduled Event",
      source: "aws.events",
      resources: [RuleArn],
      detail: {},
    });
    await cloud.clients.events.send(new DisableRuleCommand({ Name: "daily" }));
    await cloud.clock.advance(86_400_000);
    expect(await cloud.eventsOf("fn")).toHaveLength(2);
  });
});

test("the CloudFormation types make, change and remove rules and buses", async () => {
  const bus = await cloud.create("AWS::Events::EventBus", { Name: "shop" });
  expect(bus).toEqual({
    physicalId: "shop",
    attributes: { Arn: "arn:aws:events:us-east-1:000000000000:event-bus/shop", Name: "shop" },
  });
  const Targets = [
    { Id: "t", Arn: await cloud.createQueue("jobs", EVENTS), RetryPolicy: { MaximumRetryAttempts: "3" } },
  ];
  const properties = { EventBusName: "shop", EventPattern: { source: ["shop"] }, Targets };
  const { physicalId, attributes } = await cloud.create("AWS::Events::Rule", properties, "Rule");
  expect(physicalId).toBe("shop|app-local-Rule");
  expect(attributes).toEqual({ Arn: "arn:aws:events:us-east-1:000000000000:rule/shop/app-local-Rule" });
  await put(order({}, { EventBusName: "shop" }));
  expect(await bodies("jobs")).toHaveLength(1);
  const { update, remove } = cloud.type("AWS::Events::Rule");
  await update?.(physicalId, { ...properties, State: "DISABLED" }, properties, cloud.context("Rule"));
  await put(order({}, { EventBusName: "shop" }));
  expect(await bodies("jobs")).toEqual([]);
  await remove(physicalId, properties, cloud.context("Rule"));
  await cloud.type("AWS::Events::EventBus").remove("shop", {}, cloud.context("Bus"));
  const bad = { EventPattern: { source: [{ prefixx: "a" }] }, Targets };
  await expect(cloud.create("AWS::Events::Rule", bad)).rejects.toThrow(
    "prefixx is no operator that the embedded AWS knows at source",
  );
});
