// The schedules in a zone whose clocks change in the night: each date has one run, also the one without a 02:07.
import { afterAll, describe, expect, test } from "@jest/globals";
import { rmSync } from "node:fs";
import { changedPackage } from "../test/changed-package.ts";
import { openWeather } from "../test/open-weather.ts";

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip;

const HOUR_MS = 3_600_000;

const berlin = changedPackage((template) =>
  template
    .replaceAll('"ScheduleExpressionTimezone": "UTC"', '"ScheduleExpressionTimezone": "Europe/Berlin"')
    .replaceAll('"ZONE": "UTC"', '"ZONE": "Europe/Berlin"'),
);
afterAll(() => rmSync(berlin, { recursive: true }));

interface Planned {
  readonly run: string;
  readonly sent: number;
}

/** From the evening to noon: when the plan ran, for which run, and how many tasks it sent. */
const dayBefore = async (noon: string) => {
  const it = await openWeather({ folder: berlin, at: Date.parse(noon) - 12 * HOUR_MS });
  try {
    await it.cloud.clock.advance("12h");
    await it.cloud.idle();
    const lines = await it.cloud.logs("weather-scraper-local-plan");
    const planned = lines.filter(({ message }) => message.includes('"run planned"'));
    expect(await it.get(`/runs/${noon.slice(0, 10)}`)).toBeHttp(200, { ok: 5, unchanged: 0, complete: true });
    expect(it.providers.log()).toHaveLength(6); // NWS is asked twice
    return planned.map(({ timestamp, message }) => {
      const { run, sent } = JSON.parse(message) as Planned; // what planRun logs
      return `${new Date(timestamp).toISOString().slice(0, 16)}Z: ${sent} for ${run}`;
    });
  } finally {
    await it.close();
  }
};

test("the night without a 02:07 is done by the sweep", async () => {
  expect(await dayBefore("2026-03-29T10:00:00Z")).toEqual(["2026-03-29T01:37Z: 5 for 2026-03-29"]);
});

inFullRuns("in autumn", () => {
  test("the night with two of them has one run", async () => {
    expect(await dayBefore("2026-10-25T11:00:00Z")).toEqual([
      "2026-10-25T00:07Z: 5 for 2026-10-25",
      "2026-10-25T02:37Z: 0 for 2026-10-25",
    ]);
  });
});
