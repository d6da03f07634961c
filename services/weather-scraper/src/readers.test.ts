// Foreign bodies: whatever arrives, it is a forecast in the normal form or Broken with a reason, in bounded time.
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import * as v from "valibot";
import { filledIn } from "../local/nws-times.ts";
import { openMeteo } from "../local/open-meteo-provider.ts";
import { recorded } from "../local/recorded.ts";
import { daysOf } from "./daily.ts";
import { Broken, DailyRow, Step, type Reading } from "./forecast.ts";
import { readMet } from "./met.ts";
import { readNws, readPoints } from "./nws.ts";
import { openMeteoPath, readOpenMeteo } from "./open-meteo.ts";

const RUNS = process.env["WARMSTART_FULL"] ? 1000 : 15;
const NOW = Date.UTC(2027, 0, 5, 3, 20);

const openMeteoBody = (): unknown => {
  const { pathname, searchParams } = new URL(openMeteoPath({ lat: 52.52, lon: 13.41 }), "http://localhost");
  const asked = { path: pathname, query: searchParams, userAgent: "test", now: NOW, issuedBy: NOW };
  return JSON.parse(openMeteo(asked).body);
};

interface Source {
  readonly read: (body: unknown) => Reading;
  readonly bodies: readonly unknown[];
}

const SOURCES: Readonly<Record<string, Source>> = {
  met: { read: readMet, bodies: [recorded("metno/lat51.5lon-0.1altitude25_complete.json")] },
  "open-meteo": { read: readOpenMeteo, bodies: [openMeteoBody()] },
  nws: {
    read: readNws,
    bodies: [
      recorded("nws/pynws/detailed_forecast.json"),
      recorded("nws/pynws/gridpoints_forecast_strings_us.json"),
      JSON.parse(filledIn("nws/weather-gov/gridpoints_HFO_154_145_forecast.json", NOW)),
    ],
  },
};

const Shape = v.strictObject({
  issuedAt: v.union([v.undefined(), Step.entries.start]),
  steps: v.array(Step),
  unknownCodes: v.array(v.string()),
  outOfRange: v.number(),
});

/** The reading is in the normal form, in order, and finite; or there is a short reason. */
const expectForecastOrBroken = (read: Source["read"], body: unknown): void => {
  try {
    const reading = v.parse(Shape, read(body));
    const starts = reading.steps.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted());
    expect(JSON.parse(JSON.stringify(reading.steps))).toEqual(reading.steps);
    v.parse(v.array(DailyRow), daysOf(reading.steps, "Australia/Lord_Howe"));
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    expect(error.message.length).toBeLessThanOrEqual(200);
    expect(error.message).not.toBe("");
  }
};

const hostile = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(
    Number.POSITIVE_INFINITY,
    -1e308,
    -0,
    Number.MAX_SAFE_INTEGER,
    "",
    "9999-12-31T23:59:59Z",
    "1900-01-01T00:00:00Z",
    "2022-02-03T21:00:00+00:00/P999DT9999H",
    "2022-02-03T21:59:59.999+00:00/PT1M",
    "__proto__",
    "x".repeat(5000),
    [],
    {},
    null,
  ),
);

interface Change {
  /** Which of an object's members to go down, by a share of their number. */
  readonly path: readonly number[];
  readonly value: unknown;
  readonly kind: "set" | "delete" | "repeat";
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Changes one place in the body, some levels down. */
const apply = (body: unknown, { path, value, kind }: Change): void => {
  let parent = body;
  for (const [depth, share] of path.entries()) {
    if (!isObject(parent)) return;
    const keys = Object.keys(parent);
    const key = keys[Math.floor(share * keys.length)];
    if (key === undefined) return;
    const child = parent[key];
    if (depth === path.length - 1 || !isObject(child)) {
      if (kind === "set") parent[key] = value;
      else if (kind === "delete") delete parent[key];
      else if (Array.isArray(parent)) parent.push(...parent.slice(0, 50));
      return;
    }
    parent = child;
  }
};

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(share, { minLength: 1, maxLength: 7 }),
  value: hostile,
  kind: fc.constantFrom("set", "set", "delete", "repeat"),
});

for (const [provider, { read, bodies }] of Object.entries(SOURCES)) {
  test(`any JSON to ${provider}'s reader is broken, with a reason`, () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.record({ properties: hostile, hourly: hostile })), (body) => {
        expect(() => read(body)).toThrow(Broken);
        expectForecastOrBroken(read, body);
      }),
      { seed: 6, numRuns: RUNS * 5 },
    );
  });

  test(`a damaged body to ${provider}'s reader is a forecast or broken`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.array(change, { minLength: 1, maxLength: 6 }), (body, changes) => {
        const copy = structuredClone(body);
        for (const each of changes) apply(copy, each);
        expectForecastOrBroken(read, copy);
      }),
      { seed: 6, numRuns: RUNS },
    );
  });

  test(`what ${provider} sent is a forecast`, () => {
    for (const body of bodies) expect(() => v.parse(Shape, read(body))).not.toThrow();
  });
}

test("any JSON for points is broken, with a reason", () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.record({ properties: hostile })), (body) => {
      expect(() => readPoints(body)).toThrow(Broken);
    }),
    { seed: 6, numRuns: RUNS * 5 },
  );
});

const secondOf = (second: number): string => new Date(second * 1000).toISOString();

test("periods of a second each are no forecast", () => {
  const periods = Array.from({ length: 30_000 }, (_, at) => ({ startTime: secondOf(at), endTime: secondOf(at + 1), temperature: at % 100 })); // prettier-ignore
  expect(() => readNws({ properties: { updateTime: secondOf(0), periods } })).toThrow("over 480 steps");
});
