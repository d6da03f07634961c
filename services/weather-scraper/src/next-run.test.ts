import { expect, test } from "@jest/globals";
import { nextRun } from "./next-run.ts";

test.each([
  ["before the plan", "2026-01-15T01:00:00Z", "UTC", "2026-01-15T02:07:00Z"],
  ["at the plan the next one is tomorrow's", "2026-01-15T02:07:00Z", "UTC", "2026-01-16T02:07:00Z"],
  ["where the schedule lives, it is another day", "2026-01-15T20:00:00Z", "Asia/Tokyo", "2026-01-16T17:07:00Z"],
  ["clocks jump over 02:07: the sweep", "2026-03-29T00:30:00Z", "Europe/Berlin", "2026-03-29T01:37:00Z"],
  ["02:07 is shown twice: the first", "2026-10-24T23:00:00Z", "Europe/Berlin", "2026-10-25T00:07:00Z"],
  ["between the two, tomorrow", "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-26T01:07:00Z"],
  ["a day that was left out", "2011-12-29T13:00:00Z", "Pacific/Apia", "2011-12-30T12:07:00Z"],
])("the next run, %s", (_name, now, zone, expected) => {
  expect(nextRun(Date.parse(now), zone)).toBe(expected);
});
