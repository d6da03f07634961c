import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-cloudwatch";
import { SmithyRpcV2CborProtocol } from "@smithy/core/cbor";
import { afterEach, describe, expect, test } from "@jest/globals";
import { assert, anything, property, string } from "fast-check";
import type { MetricPoint } from "../bus/bus.ts";
import { contextOf } from "../cloudformation/resource-context.test.fixture.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { serve } from "../gateway/serve.test.fixture.ts";
import type { Delivery } from "../ports.ts";
import { embeddedPoints } from "./embedded.ts";
import { createCloudWatch } from "./index.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:people";
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Gauge {
  name: string;
  queue: string;
  value: number;
}

const open = async (options: { cbor?: boolean; refuse?: boolean; folder?: string } = {}) => {
  const deliveries: Delivery[] = [];
  const events: Delivery[] = [];
  const gauges: Gauge[] = [];
  let evaluations = 0;
  const points = (): readonly MetricPoint[] => {
    evaluations++;
    return gauges.map(({ name, queue, value }) => ({
      namespace: "AWS/SQS",
      name,
      dimensions: { QueueName: queue },
      value,
      unit: "Count",
    }));
  };
  const made: { cloudWatch?: ReturnType<typeof createCloudWatch> } = {};
  const served = await serve(
    (ground) => {
      made.cloudWatch = createCloudWatch(ground, {
        gauges: points,
        deliver: (delivery) => {
          if (options.refuse === true) throw new AwsError("AuthorizationError", 403, "not allowed");
          (delivery.targetArn.includes(":event-bus/") ? events : deliveries).push(delivery);
        },
      });
      return [made.cloudWatch.service];
    },
    { frozenAt: NOW, ...(options.folder && { folder: options.folder }) },
  );
  let failures = "";
  closing.push(() => served.close().catch((error: unknown) => void (failures = String(error))));
  const { cloudWatch } = made;
  if (cloudWatch === undefined) throw new Error("not made");
  cloudWatch.start();
  const settings = { ...served.client, maxAttempts: 1 };
  const client = new sdk.CloudWatchClient({
    ...settings,
    ...(options.cbor && { protocol: SmithyRpcV2CborProtocol }),
  });
  const put = (...values: number[]) =>
    client.send(
      new sdk.PutMetricDataCommand({
        Namespace: "Shop",
        MetricData: values.map((Value) => ({ MetricName: "Errors", Value, Unit: "Count" })),
      }),
    );
  const stateOf = (name = "broken") => cloudWatch.alarms().find((alarm) => alarm.name === name)?.state.value;
  return {
    ...served,
    cloudWatch,
    client,
    deliveries,
    events,
    gauges,
    put,
    stateOf,
    evaluations: () => evaluations,
    failures: () => failures,
  };
};
type Opened = Awaited<ReturnType<typeof open>>;

const none = (text: string): boolean => embeddedPoints(text).length === 0;

const statistics = ({ client }: Opened, more: Partial<sdk.GetMetricStatisticsCommandInput> = {}) =>
  client.send(
    new sdk.GetMetricStatisticsCommand({
      Namespace: "Shop",
      MetricName: "Errors",
      StartTime: new Date(NOW - 10 * MINUTE),
      EndTime: new Date(NOW + MINUTE),
      Period: 60,
      Statistics: ["Sum", "Average", "Minimum", "Maximum", "SampleCount"],
      ...more,
    }),
  );

const putAlarm = ({ client }: Opened, more: Partial<sdk.PutMetricAlarmCommandInput> = {}) =>
  client.send(
    new sdk.PutMetricAlarmCommand({
      AlarmName: "broken",
      AlarmDescription: "too many errors",
      Namespace: "Shop",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 3,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [TOPIC],
      ...more,
    }),
  );

describe.each([false, true])("metrics, by CBOR: %s", (cbor) => {
  test("what was put is read again, by period and statistic", async () => {
    const cloud = await open({ cbor });
    await cloud.put(1, 2, 6);
    await cloud.client.send(
      new sdk.PutMetricDataCommand({
        Namespace: "Shop",
        MetricData: [
          {
            MetricName: "Errors",
            Timestamp: new Date(NOW - 5 * MINUTE),
            Values: [1, 10],
            Counts: [8, 2],
            Unit: "Count",
          },
        ],
      }),
    );
    const { Datapoints, Label } = await statistics(cloud);
    expect(Label).toBe("Errors");
    expect(Datapoints).toEqual([
      { Timestamp: new Date(NOW - 5 * MINUTE), Unit: "Count", Sum: 28, Average: 2.8, Minimum: 1, Maximum: 10, SampleCount: 10 }, // prettier-ignore
      { Timestamp: new Date(NOW), Unit: "Count", Sum: 9, Average: 3, Minimum: 1, Maximum: 6, SampleCount: 3 }, // prettier-ignore
    ]);
    const { MetricDataResults } = await cloud.client.send(
      new sdk.GetMetricDataCommand({
        StartTime: new Date(NOW - 10 * MINUTE),
        EndTime: new Date(NOW + MINUTE),
        MetricDataQueries: [
          { Id: "e", MetricStat: { Metric: { Namespace: "Shop", MetricName: "Errors" }, Period: 300, Stat: "Sum" } },
        ],
      }),
    );
    expect(MetricDataResults).toEqual([
      {
        Id: "e",
        Label: "Errors",
        StatusCode: "Complete",
        Timestamps: [new Date(NOW), new Date(NOW - 5 * MINUTE)],
        Values: [9, 28],
      },
    ]);
  });

  test("what is wrong or not here is named", async () => {
    const cloud = await open({ cbor });
    await expect(
      cloud.client.send(
        new sdk.PutMetricDataCommand({ Namespace: "AWS/Mine", MetricData: [{ MetricName: "a", Value: 1 }] }),
      ),
    ).rejects.toThrow("AWS/ is reserved");
    await expect(statistics(cloud, { ExtendedStatistics: ["p90"] })).rejects.toThrow(
      "The parameter ExtendedStatistics",
    );
    await expect(statistics(cloud, { Period: 90 })).rejects.toThrow("Period: must be a multiple of 60");
    await expect(statistics(cloud, { StartTime: new Date(NOW - 2_000 * MINUTE) })).rejects.toThrow(
      "exceeds the limit of 1440",
    );
    await expect(
      cloud.client.send(
        new sdk.GetMetricDataCommand({
          StartTime: new Date(NOW - MINUTE),
          EndTime: new Date(NOW),
          MetricDataQueries: [{ Id: "e", Expression: "m1*2" }],
        }),
      ),
    ).rejects.toThrow("metric math is not supported");
    await expect(cloud.client.send(new sdk.DeleteAlarmsCommand({ AlarmNames: ["none"] }))).rejects.toThrow(
      "Alarm none does not exist",
    );
  });
});

describe("metrics", () => {
  test("large requests come compressed", async () => {
    const cloud = await open();
    const MetricData = Array.from({ length: 500 }, () => ({ MetricName: "Errors", Value: 2, Unit: "Count" as const }));
    await cloud.client.send(new sdk.PutMetricDataCommand({ Namespace: "Shop", MetricData }));
    expect((await statistics(cloud)).Datapoints).toMatchObject([{ Sum: 1000, SampleCount: 500 }]);
  });

  test("services count, and log lines embed", async () => {
    const cloud = await open();
    const dimensions = { FunctionName: "f" };
    cloud.ground.bus.publish("metric-counted", {
      namespace: "AWS/Lambda",
      name: "Errors",
      dimensions,
      value: 1,
      unit: "Count",
    });
    const embedded = {
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          {
            Namespace: "Shop",
            Dimensions: [["service"], ["service", "shop"], []],
            Metrics: [{ Name: "Sold", Unit: "Count" }],
          },
        ],
      },
      service: "orders",
      shop: "7",
      Sold: [1, 2],
    };
    const events = [{ id: "1", timestamp: NOW, message: JSON.stringify(embedded) }];
    cloud.ground.bus.publish("log-written", { group: "g", stream: "s", events });
    const sum = async (Namespace: string, MetricName: string, Dimensions: sdk.Dimension[]) =>
      (await statistics(cloud, { Namespace, MetricName, Dimensions })).Datapoints?.[0]?.Sum;
    const [service, shop] = [
      { Name: "service", Value: "orders" },
      { Name: "shop", Value: "7" },
    ];
    expect([
      await sum("AWS/Lambda", "Errors", [{ Name: "FunctionName", Value: "f" }]),
      await sum("Shop", "Sold", [service]),
      await sum("Shop", "Sold", [shop, service]),
      await sum("Shop", "Sold", []),
      await sum("Shop", "Sold", [shop]),
    ]).toEqual([1, 3, 3, 3, undefined]);
    const about = { MetricName: "Sold", Dimensions: [service] };
    expect((await statistics(cloud, about)).Datapoints).toMatchObject([{ SampleCount: 2, Unit: "Count" }]);
    expect((await statistics(cloud, { ...about, Unit: "Seconds" })).Datapoints).toEqual([]);
  });

  test("any log line is metrics or none", () => {
    assert(
      property(anything(), string(), (value, text) => {
        const line = JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: value }, text });
        return none(line) && none(`"_aws"${text}`);
      }),
      { seed: 11 },
    );
    expect(none("")).toBe(true);
  });
});

describe("alarms", () => {
  test("an alarm tells its topic when the threshold is crossed, and again when all is well", async () => {
    const cloud = await open();
    await putAlarm(cloud, { OKActions: [`${TOPIC}-ok`], Dimensions: [] });
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("OK");
    await cloud.put(1, 2);
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("ALARM");
    const delivery = cloud.deliveries.at(-1);
    const arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:broken";
    expect(delivery).toMatchObject({
      targetArn: TOPIC,
      principal: { kind: "service", name: "cloudwatch.amazonaws.com" },
      sourceArn: arn,
      subject: 'ALARM: "broken" in US East (N. Virginia)',
    });
    expect(JSON.parse(delivery?.body ?? "")).toEqual({
      AlarmName: "broken",
      AlarmDescription: "too many errors",
      AWSAccountId: "000000000000",
      AlarmConfigurationUpdatedTimestamp: "2026-01-15T12:00:00.000+0000",
      NewStateValue: "ALARM",
      NewStateReason:
        "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (15/01/26 12:01:00)] was greater than or equal to the threshold (3.0) (minimum 1 datapoint for OK -> ALARM transition).",
      StateChangeTime: "2026-01-15T12:02:00.000+0000",
      Region: "US East (N. Virginia)",
      AlarmArn: arn,
      OldStateValue: "OK",
      OKActions: [`${TOPIC}-ok`],
      AlarmActions: [TOPIC],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: "Errors",
        Namespace: "Shop",
        StatisticType: "Statistic",
        Statistic: "SUM",
        Unit: null,
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        Threshold: 3,
        TreatMissingData: "notBreaching",
        EvaluateLowSampleCountPercentile: "",
      },
    });
    await cloud.clock.advance(5 * MINUTE);
    expect(cloud.stateOf()).toBe("OK");
    expect(cloud.deliveries.map(({ targetArn }) => targetArn)).toEqual([`${TOPIC}-ok`, TOPIC, `${TOPIC}-ok`]);
  });

  test("EventBridge hears of every change, also of an alarm without actions", async () => {
    const cloud = await open();
    await putAlarm(cloud, {
      AlarmActions: [],
      Dimensions: [{ Name: "shop", Value: "7" }],
      TreatMissingData: "breaching",
    });
    await cloud.clock.advance(MINUTE);
    const [event, ...others] = cloud.events;
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      targetArn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm State Change",
      resources: ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:broken"],
    });
    const metric = { namespace: "Shop", name: "Errors", dimensions: { shop: "7" } };
    const metricStat = { metric, period: 60, stat: "Sum" };
    expect(JSON.parse(event?.body ?? "")).toEqual({
      alarmName: "broken",
      configuration: {
        description: "too many errors",
        metrics: [{ id: expect.any(String), metricStat, returnData: true }],
      },
      previousState: {
        value: "INSUFFICIENT_DATA",
        reason: expect.any(String),
        timestamp: "2026-01-15T12:00:00.000+0000",
      },
      state: { value: "ALARM", reason: expect.any(String), timestamp: "2026-01-15T12:01:00.000+0000" },
    });
  });

  // The tables of AWS's page on missing data: five periods, the newest last; X breaches, 0 does not, - is missing.
  test.each([
    ["0-X-X", 3, { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
    ["----0", 3, { missing: "OK", ignore: "OK", breaching: "OK", notBreaching: "OK" }],
    ["-----", 3, { missing: "INSUFFICIENT_DATA", ignore: undefined, breaching: "ALARM", notBreaching: "OK" }],
    ["0XX-X", 3, { missing: "ALARM", ignore: "ALARM", breaching: "ALARM", notBreaching: "ALARM" }],
    ["--X--", 3, { missing: "ALARM", ignore: undefined, breaching: "ALARM", notBreaching: "OK" }],
    ["0-X-X", 2, { missing: "ALARM", ignore: "ALARM", breaching: "ALARM", notBreaching: "ALARM" }],
    ["00X0X", 2, { missing: "ALARM", ignore: "ALARM", breaching: "ALARM", notBreaching: "ALARM" }],
    ["0-X--", 2, { missing: "OK", ignore: "OK", breaching: "ALARM", notBreaching: "OK" }],
    ["----0", 2, { missing: "OK", ignore: "OK", breaching: "ALARM", notBreaching: "OK" }],
    ["---X-", 2, { missing: "ALARM", ignore: undefined, breaching: "ALARM", notBreaching: "OK" }],
  ] as const)("%s with %d of 3", async (pattern, DatapointsToAlarm, expected) => {
    const cloud = await open();
    for (const [index, char] of Array.from(pattern).entries()) {
      const Timestamp = new Date(NOW - (4 - index) * MINUTE);
      const MetricData = [{ MetricName: "Errors", Value: char === "X" ? 9 : 0, Timestamp }];
      if (char !== "-") await cloud.client.send(new sdk.PutMetricDataCommand({ Namespace: "Shop", MetricData }));
    }
    for (const TreatMissingData of Object.keys(expected)) {
      const about = { AlarmName: TreatMissingData, TreatMissingData, EvaluationPeriods: 3, DatapointsToAlarm };
      await putAlarm(cloud, about);
      const StateValue = TreatMissingData === "ignore" ? "ALARM" : "INSUFFICIENT_DATA";
      await cloud.client.send(
        new sdk.SetAlarmStateCommand({ AlarmName: TreatMissingData, StateValue, StateReason: "-" }),
      );
    }
    await cloud.clock.advance(MINUTE);
    for (const [name, value] of Object.entries(expected))
      expect([name, cloud.stateOf(name)]).toEqual([name, value ?? "ALARM"]);
  });

  test("another statistic, another comparison, and no data at all", async () => {
    const cloud = await open();
    await putAlarm(cloud, {
      Statistic: "Minimum",
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "missing",
      InsufficientDataActions: [`${TOPIC}-none`],
    });
    await cloud.put(1, 9);
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("ALARM");
    await cloud.clock.advance(10 * MINUTE);
    expect(cloud.stateOf()).toBe("INSUFFICIENT_DATA");
    expect(cloud.deliveries.at(-1)?.targetArn).toBe(`${TOPIC}-none`);
  });

  test("a gauge is measured only while an alarm watches it and it may change", async () => {
    const cloud = await open();
    const gauge = { name: "ApproximateNumberOfMessagesVisible", queue: "dead", value: 0 };
    cloud.gauges.push(gauge);
    await putAlarm(cloud, {
      Namespace: "AWS/SQS",
      MetricName: gauge.name,
      Statistic: "Maximum",
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      Dimensions: [{ Name: "QueueName", Value: "dead" }],
      EvaluationPeriods: 2,
    });
    await cloud.clock.advance(24 * 60 * MINUTE);
    expect(cloud.stateOf()).toBe("OK");
    const asleep = cloud.evaluations();
    expect(asleep).toBeLessThan(10);
    gauge.value = 1;
    cloud.ground.bus.publish("message-sent", { queueArn: "arn:aws:sqs:us-east-1:000000000000:dead" });
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("OK");
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("ALARM");
    await cloud.clock.advance(24 * 60 * MINUTE);
    expect(cloud.evaluations() - asleep).toBeLessThan(40);
    gauge.value = 0;
    const dimensions = { QueueName: "dead" };
    cloud.ground.bus.publish("metric-counted", { namespace: "AWS/SQS", name: "NumberOfMessagesDeleted", dimensions, value: 1, unit: "Count" }); // prettier-ignore
    await cloud.clock.advance(2 * MINUTE);
    expect([cloud.stateOf(), cloud.deliveries.length]).toEqual(["OK", 1]);
  });

  test("a year with alarms costs next to nothing", async () => {
    const cloud = await open();
    for (let index = 0; index < 20; index++) await putAlarm(cloud, { AlarmName: `a${index}`, Period: 300 });
    await cloud.put(9);
    const fired = await cloud.clock.advance(365 * 24 * 60 * MINUTE);
    expect(fired.length).toBeLessThan(150);
    expect(cloud.stateOf("a7")).toBe("OK");
  });

  test("alarms and their states survive a restart, and go on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "warmstart-cloudwatch-"));
    const first = await open({ folder });
    await putAlarm(first);
    await first.put(9);
    await first.clock.advance(MINUTE);
    await closing.splice(0)[0]?.();
    const second = await open({ folder });
    closing.push(() => rm(folder, { recursive: true, force: true }));
    expect(second.stateOf()).toBe("ALARM");
    await second.clock.advance(5 * MINUTE);
    expect([second.stateOf(), second.deliveries]).toEqual(["OK", []]);
  });

  test("an action that is refused stands in the log", async () => {
    const cloud = await open({ refuse: true });
    await putAlarm(cloud);
    await cloud.put(9);
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("ALARM");
    await closing.splice(0)[0]?.();
    expect(cloud.failures()).toContain(`The alarm broken could not tell ${TOPIC}: not allowed`);
  });

  test("an alarm is described, set by hand, and deleted", async () => {
    const cloud = await open();
    await putAlarm(cloud);
    await cloud.client.send(
      new sdk.SetAlarmStateCommand({ AlarmName: "broken", StateValue: "ALARM", StateReason: "drill" }),
    );
    expect(cloud.deliveries).toHaveLength(1);
    const { MetricAlarms } = await cloud.client.send(new sdk.DescribeAlarmsCommand({ StateValue: "ALARM" }));
    expect(MetricAlarms).toMatchObject([{ AlarmName: "broken", StateReason: "drill", Threshold: 3, Dimensions: [] }]);
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf()).toBe("OK");
    await cloud.client.send(new sdk.DeleteAlarmsCommand({ AlarmNames: ["broken"] }));
    await cloud.put(9);
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudWatch.alarms()).toEqual([]);
  });

  test("metric math, short periods and other actions are refused by name", async () => {
    const cloud = await open();
    await expect(putAlarm(cloud, { Metrics: [{ Id: "m", Expression: "a/b" }] })).rejects.toThrow(
      "The parameter Metrics",
    );
    await expect(putAlarm(cloud, { Period: 10 })).rejects.toThrow("less than 60 seconds are not supported");
    await expect(putAlarm(cloud, { AlarmActions: ["arn:aws:lambda:us-east-1:0:function:f"] })).rejects.toThrow(
      "only SNS",
    );
    await expect(putAlarm(cloud, { ExtendedStatistic: "p9" })).rejects.toThrow("The parameter ExtendedStatistic");
    await expect(putAlarm(cloud, { DatapointsToAlarm: 4 })).rejects.toThrow("DatapointsToAlarm");
  });
});

describe("CloudFormation's alarms", () => {
  test("come, change and go", async () => {
    const cloud = await open();
    const type = cloud.cloudWatch.service.types["AWS::CloudWatch::Alarm"];
    const context = contextOf("shop-local", "Broken", "shop-local-Broken-1");
    const properties = {
      Namespace: "Shop",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: "60",
      EvaluationPeriods: "1",
      Threshold: "0",
      ComparisonOperator: "GreaterThanThreshold",
      Dimensions: [],
    };
    type?.check?.(properties);
    expect(() => type?.check?.({ ...properties, Period: 1 })).toThrow("AWS::CloudWatch::Alarm Properties/Period");
    const made = await type?.create(properties, context);
    expect(made).toEqual({
      physicalId: "shop-local-Broken-1",
      attributes: { Arn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-local-Broken-1" },
    });
    await cloud.put(1);
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf(made?.physicalId)).toBe("ALARM");
    await type?.update?.("shop-local-Broken-1", { ...properties, Threshold: 5 }, properties, context);
    await cloud.clock.advance(MINUTE);
    expect(cloud.stateOf(made?.physicalId)).toBe("OK");
    await type?.remove("shop-local-Broken-1", properties, context);
    await type?.remove("shop-local-Broken-1", properties, context);
    expect(cloud.cloudWatch.alarms()).toEqual([]);
  });
});
