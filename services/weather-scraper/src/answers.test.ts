// What of a forecast is still to come, by the clocks of the place.
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import file from "../locations.json" with { type: "json" };
import { aForecast } from "../test/put-forecasts.ts";
import type { ForecastQuery, ForecastView } from "./answer-schemas.ts";
import { forecastView, locationOf } from "./answers.ts";
import { readConfig } from "./config.ts";
import type { ForecastReader } from "./forecast-store.ts";
import type { Step } from "./forecast.ts";

beforeEach(() => {
  jest.useFakeTimers({ now: 0, doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setTimeout"] });
});
afterEach(() => {
  jest.useRealTimers();
});

const config = readConfig(file, "local");

/** The forecast of three days from 15 January, 00:00 UTC on, as it is shown at `now`; or one of these steps. */
const shownAt = async (
  id: string,
  now: string,
  query: ForecastQuery = {},
  changed?: readonly Step[],
): Promise<ForecastView> => {
  // prettier-ignore
  jest.setSystemTime(Date.parse(now));
  const location = locationOf(config, id);
  const { steps, days, provider, issuedAt, fetchedAt } = aForecast({
    issuedAt: "2026-01-15T00:00:00Z",
    zone: location.timeZone,
    ...(changed && { steps: changed }),
  });
  const reader: Pick<ForecastReader, "latest" | "steps"> = {
    latest: async () => ({ provider, issuedAt, fetchedAt, stale: false, days }),
    steps: async () => steps,
  };
  return forecastView(reader as ForecastReader, { config, location, zone: "UTC" }, query); // it reads no more than that
};

const datesOf = ({ days }: ForecastView): readonly string[] => days.map(({ date }) => date);

describe("a day that is over where the place is, is not shown", () => {
  test.each([
    ["new-york", "2026-01-15T04:59:59Z", "2026-01-14"],
    ["new-york", "2026-01-15T05:00:00Z", "2026-01-15"],
    ["london", "2026-01-15T23:59:59Z", "2026-01-15"],
    ["beijing", "2026-01-15T15:59:59Z", "2026-01-15"],
    ["beijing", "2026-01-15T16:00:00Z", "2026-01-16"],
    ["lord-howe", "2026-01-15T13:00:00Z", "2026-01-16"],
  ])("%s at %s begins with %s", async (id, now, first) => {
    expect(datesOf(await shownAt(id, now, { days: "1" }))).toEqual([first]);
  });

  test("days are counted from those that are left", async () => {
    expect(datesOf(await shownAt("new-york", "2026-01-15T12:00:00Z", { days: "2" }))).toEqual(["2026-01-15", "2026-01-16"]); // prettier-ignore
  });
});

describe("an hour that is over is not shown", () => {
  test("the one that it is now is", async () => {
    const { hours = [] } = await shownAt("new-york", "2026-01-15T12:59:59Z", { detail: "hours", days: "1" });
    expect([hours[0]?.start, hours.at(-1)?.start]).toEqual(["2026-01-15T12:00:00Z", "2026-01-16T04:00:00Z"]);
  });

  test("six hours are over when the last of them is", async () => {
    const six = aForecast({ issuedAt: "2026-01-15T00:00:00Z", hours: 1 }).steps.map((step) => ({ ...step, hours: 6 }));
    const at = async (now: string) => (await shownAt("new-york", now, { detail: "hours" }, six)).hours?.length;
    expect([await at("2026-01-15T05:59:59Z"), await at("2026-01-15T06:00:00Z")]).toEqual([1, 0]);
  });
});

test("of a forecast that is all over nothing is shown, only whose it was", async () => {
  const shown = await shownAt("london", "2026-01-18T00:00:00Z", { detail: "hours" });
  expect(shown).toMatchObject({ provider: "met", issuedAt: "2026-01-15T00:00:00Z", days: [], hours: [] });
});
