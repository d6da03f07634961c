import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { expect, test } from "@jest/globals";
import { openMessaging } from "../deliveries/messaging.test.fixture.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

/** Half an hour of summer time, none at all, winters before summers, changes at midnight. */
const ODD_ZONES = ["America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin"];

const ALL_ZONES = [
  "Africa/Cairo",
  "Africa/Casablanca",
  "America/Havana",
  "America/New_York",
  "America/Nuuk",
  "America/Santiago",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Antarctica/Troll",
  "Asia/Beirut",
  "Asia/Jerusalem",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Atlantic/Azores",
  "Australia/Lord_Howe",
  "Australia/Sydney",
  "Europe/Berlin",
  "Europe/Dublin",
  "Pacific/Auckland",
  "Pacific/Chatham",
];

const ZONES = FULL ? ALL_ZONES : ODD_ZONES;

const FORMS = [
  "cron(0 10 * * ? *)",
  "cron(0 18 ? * MON-FRI *)",
  "cron(0 8 1 * ? *)",
  "cron(0 9 ? * 2#1 *)",
  "cron(0 9 ? * 6L *)",
  "cron(0 9 L * ? *)",
  "cron(0 9 15W * ? *)",
  "cron(0/30 20-2 ? * MON-FRI *)",
  "rate(12 hours)",
];

const YEAR = 365 * 86_400_000;
const MINUTE = 60_000;
const FROM = Date.parse("2026-06-01T00:00:00Z");

/** Half past midnight, one, two and three on each local day: found by looking at every half or quarter of an hour, the first counts. */
const expectedRuns = (zone: string): readonly string[] => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const step = (/Kathmandu|Chatham/.test(zone) ? 15 : 30) * MINUTE; // their offsets are not whole half hours
  const first = new Map<string, number>();
  for (let at = FROM - 86_400_000; at <= FROM + YEAR; at += step) {
    const wall = format.format(at);
    if (/ 0[0-3]:30$/.test(wall) && !first.has(wall)) first.set(wall, at);
  }
  return [...first.values()].filter((at) => at > FROM).map((at) => new Date(at).toISOString());
};

test("a year of schedules in many time zones: none at a time that is skipped, one at a time that comes twice", async () => {
  const cloud = await openMessaging({ frozenAt: FROM });
  const Arn = await cloud.createQueue("jobs", undefined, { MessageRetentionPeriod: "60" });
  const allowed = { Effect: "Allow", Action: "sqs:SendMessage", Resource: Arn } as const;
  const RoleArn = await cloud.createRole("runner", [allowed], "scheduler.amazonaws.com");
  const create = (Name: string, ScheduleExpression: string, ScheduleExpressionTimezone?: string) =>
    cloud.clients.scheduler.send(
      new CreateScheduleCommand({
        Name,
        ScheduleExpression,
        ScheduleExpressionTimezone,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn, RoleArn },
      }),
    );
  for (const [index, zone] of ZONES.entries()) await create(`zone-${index}`, "cron(30 0-3 * * ? *)", zone);
  for (const [index, form] of FORMS.entries()) await create(`form-${index}`, form, "Europe/Berlin");
  const fired = await cloud.clock.advance(YEAR);
  for (const [index, zone] of ZONES.entries()) {
    const times = fired.filter(({ label }) => label === `scheduler: default/zone-${index}`).map(({ time }) => time);
    expect([zone, ...times]).toEqual([zone, ...expectedRuns(zone)]);
  }
  expect(cloud.reports).toEqual([]);
  await cloud.close();
});
