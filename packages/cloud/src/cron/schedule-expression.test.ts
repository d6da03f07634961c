import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { readExpression } from "./schedule-expression.ts";
import { createZone, UTC } from "./zone.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const KINDS = ["rate", "cron", "at"] as const;
const START = Date.UTC(2026, 0, 1);

const runs = (text: string, count: number, zone = "UTC", from = START): readonly string[] => {
  const { next } = readExpression(text, KINDS, createZone(zone));
  const times: string[] = [];
  for (let at = next(from, START); at !== undefined && times.length < count; at = next(at, START)) {
    times.push(new Date(at).toISOString().slice(0, 16));
  }
  return times;
};

describe("the forms of AWS's documentation", () => {
  test.each<[string, readonly string[]]>([
    ["cron(0 10 * * ? *)", ["2026-01-01T10:00", "2026-01-02T10:00"]],
    ["cron(15 12 * * ? *)", ["2026-01-01T12:15", "2026-01-02T12:15"]],
    ["cron(0 18 ? * MON-FRI *)", ["2026-01-01T18:00", "2026-01-02T18:00", "2026-01-05T18:00"]],
    ["cron(0 8 1 * ? *)", ["2026-01-01T08:00", "2026-02-01T08:00"]],
    ["cron(0/15 * * * ? *)", ["2026-01-01T00:15", "2026-01-01T00:30"]],
    ["cron(0/10 * ? * MON-FRI *)", ["2026-01-01T00:10", "2026-01-01T00:20"]],
    ["cron(0/5 8-17 ? * MON-FRI *)", ["2026-01-01T08:00", "2026-01-01T08:05"]],
    ["cron(0/30 20-2 ? * MON-FRI *)", ["2026-01-01T00:30", "2026-01-01T01:00"]],
    ["cron(0 22-3/2 * * ? *)", ["2026-01-01T02:00", "2026-01-01T22:00", "2026-01-02T00:00"]],
    ["cron(0 9 ? * FRI-MON *)", ["2026-01-02T09:00", "2026-01-03T09:00", "2026-01-04T09:00", "2026-01-05T09:00"]],
    ["cron(0 9 ? * 2#1 *)", ["2026-01-05T09:00", "2026-02-02T09:00"]],
    ["cron(0 9 ? * 3#5 *)", ["2026-03-31T09:00", "2026-06-30T09:00"]],
    ["cron(0 9 ? * L *)", ["2026-01-03T09:00", "2026-01-10T09:00"]],
    ["cron(0 9 ? * 6L *)", ["2026-01-30T09:00", "2026-02-27T09:00"]],
    ["cron(0 9 L * ? *)", ["2026-01-31T09:00", "2026-02-28T09:00"]],
    ["cron(0 9 3W * ? *)", ["2026-01-02T09:00", "2026-02-03T09:00"]],
    ["cron(0 9 LW * ? *)", ["2026-01-30T09:00", "2026-02-27T09:00"]],
    ["cron(5,35 14 * * ? *)", ["2026-01-01T14:05", "2026-01-01T14:35"]],
    ["cron(0 0 ? JAN,JUL SUN 2026-2027)", ["2026-01-04T00:00", "2026-01-11T00:00"]],
    ["cron(15 10 ? * 6L 2026-2027)", ["2026-01-30T10:15", "2026-02-27T10:15"]],
    ["cron(0 9 29 2 ? *)", ["2028-02-29T09:00", "2032-02-29T09:00"]],
    ["cron(0 9 31 2 ? *)", []],
    ["cron(0 0 1 1 ? 2025)", []],
    ["rate(1 minute)", ["2026-01-01T00:01", "2026-01-01T00:02"]],
    ["rate(12 hours)", ["2026-01-01T12:00", "2026-01-02T00:00"]],
    ["at(2026-11-20T13:00:00)", ["2026-11-20T13:00"]],
    ["at(2025-11-20T13:00:00)", []],
  ])("%s", (text, expected) => {
    expect(runs(text, Math.max(1, expected.length))).toEqual(expected);
  });

  test.each([
    ["rate(1 minutes)", "a rate of 1 takes minute"],
    ["rate(2 minute)", "a rate of 2 takes minutes"],
    ["rate(0 minutes)", "positive number"],
    ["rate(5 weeks)", "minute(s), hour(s) or day(s)"],
    ["cron(0 10 * * *)", "has 6 fields, this one 5"],
    ["cron(0 10 * * * *)", "exactly one of Day-of-month and Day-of-week must be ?"],
    ["cron(0 10 ? * ? *)", "exactly one of"],
    ["cron(60 10 * * ? *)", 'Minutes cannot be "60"'],
    ["cron(0 10 0 * ? *)", 'Day-of-month cannot be "0"'],
    ["cron(0 10 ? * 0 *)", 'Day-of-week cannot be "0"'],
    ["cron(0 10 ? 13 2 *)", 'Month cannot be "13"'],
    ["cron(0 10 ? * 2 1969)", 'Year cannot be "1969"'],
    ["cron(0/0 10 ? * 2 *)", 'Minutes cannot be "0/0"'],
    ["cron(0/70 * * * ? *)", 'Minutes cannot be "0/70"'],
    ["cron(*/70 * * * ? *)", 'Minutes cannot be "*/70"'],
    ["cron(0 23-1/25 * * ? *)", 'Hours cannot be "23-1/25"'],
    ["at(2026-11-20 13:00)", "yyyy-mm-ddThh:mm:ss"],
    ["at(2026-02-30T10:00:00)", "yyyy-mm-ddThh:mm:ss"],
    ["at(2026-02-28T24:00:00)", "yyyy-mm-ddThh:mm:ss"],
    ["every day", "it must be rate(…) or cron(…) or at(…)"],
  ])("%s is refused", (text, message) => {
    expect(() => readExpression(text, KINDS)).toThrow(expect.objectContaining({ code: "ValidationException" }));
    expect(() => readExpression(text, KINDS)).toThrow(message);
  });

  test("a rule has no at()", () => {
    expect(() => readExpression("at(2026-11-20T13:00:00)", ["rate", "cron"])).toThrow("it must be rate(…) or cron(…)");
  });
});

describe("when the clocks change", () => {
  test("a time that does not exist is skipped", () => {
    const found = runs("cron(30 2 * * ? *)", 3, "Europe/Berlin", Date.UTC(2026, 2, 28));
    expect(found).toEqual(["2026-03-28T01:30", "2026-03-30T00:30", "2026-03-31T00:30"]);
    expect(runs("at(2026-03-29T02:30:00)", 1, "Europe/Berlin")).toEqual([]);
  });

  test("a time that comes twice runs once, the first time", () => {
    const found = runs("cron(30 2 * * ? *)", 3, "Europe/Berlin", Date.UTC(2026, 9, 24));
    expect(found).toEqual(["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  test("a rate is not disturbed", () => {
    const found = runs("rate(1 day)", 3, "Europe/Berlin", Date.UTC(2026, 2, 28, 12));
    expect(found).toEqual(["2026-03-29T00:00", "2026-03-30T00:00", "2026-03-31T00:00"]);
  });

  test("what is no zone is refused", () => {
    for (const name of ["Europe/Nowhere", "+02:00", ""]) expect(() => createZone(name)).toThrow("IANA time zone");
    expect(createZone("UTC")).toBe(UTC);
  });
});

test("any text is an expression or a ValidationException, and runs only move on", () => {
  const field = fc.oneof(
    fc.constantFrom(
      "*",
      "?",
      "L",
      "LW",
      "15W",
      "6L",
      "MON-FRI",
      "2#1",
      "JAN",
      "0/5",
      "0/70",
      "*/24",
      "2026-2030",
      "1,2,3",
      "22-2/3",
    ),
    fc.string({
      unit: fc.constantFrom("0", "1", "2", "9", ",", "-", "*", "/", "?", "L", "W", "#"),
      minLength: 1,
      maxLength: 4,
    }),
  );
  const cron = fc.array(field, { minLength: 5, maxLength: 7 }).map((fields) => `cron(${fields.join(" ")})`);
  const zone = fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns").map(createZone);
  fc.assert(
    fc.property(fc.oneof({ weight: 5, arbitrary: cron }, { weight: 1, arbitrary: fc.string() }), zone, (text, each) => {
      let at: number | undefined = START;
      try {
        const { next } = readExpression(text, KINDS, each);
        for (let run = 0; run < 3 && at !== undefined; run++) {
          const later: number | undefined = next(at, START);
          expect(later ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at);
          at = later;
        }
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
    }),
    { seed: 9, numRuns: FULL ? 2000 : 500 },
  );
});
