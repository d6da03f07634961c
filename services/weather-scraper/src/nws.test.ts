import { expect, test } from "@jest/globals";
import { filledIn } from "../local/nws-times.ts";
import { recorded } from "../local/recorded.ts";
import { daysOf } from "./daily.ts";
import { Broken, type Step } from "./forecast.ts";
import { fromGrid } from "./nws-grid.ts";
import { fromPeriods } from "./nws-periods.ts";
import { gridPath, periodsPath, pointsPath, readNws, readPoints } from "./nws.ts";

const GRID = "nws/pynws/detailed_forecast.json";
const STRINGS = "nws/pynws/gridpoints_forecast_strings_us.json";
const RELATIVE = "nws/pynws/gridpoints_forecast_relative_icon_us.json";
const NOW = Date.UTC(2027, 0, 5, 3, 20);

interface Run {
  validTime: string;
  value: unknown;
}
interface Grid {
  properties: Record<string, { uom?: string; values: Run[] }> & { updateTime: unknown };
}
interface Periods {
  properties: { units?: string; periods: Record<string, unknown>[] };
}

const gridOf = (): Grid => structuredClone(recorded(GRID)) as Grid; // recorded from the NWS
const periodsOf = (file: string): Periods => structuredClone(recorded(file)) as Periods; // recorded from the NWS
const runs = (grid: Grid, layer: string): Run[] => grid.properties[layer]?.values ?? [];

const sum = (values: readonly { readonly precipitation: number | null }[]): number =>
  values.reduce((total, { precipitation }) => total + (precipitation ?? 0), 0);

const stepAt = (steps: readonly Step[], start: string): Step | undefined => steps.find((step) => step.start === start);

test("a place's cell is found by its points, whatever its numbers are written as", () => {
  expect(readPoints(recorded("nws/pynws/points.json"))).toEqual({ wfo: "TAE", x: 58, y: 65 });
  expect(readPoints(recorded(GRID))).toEqual({ wfo: "TAE", x: 58, y: 65 });
  const cell = readPoints(JSON.parse(filledIn("nws/weather-gov/points_21.305_-157.858.json", NOW)));
  expect([gridPath(cell), periodsPath(cell)]).toEqual(["/gridpoints/HFO/154,145", "/gridpoints/HFO/154,145/forecast"]);
  expect(pointsPath({ lat: 30, lon: -85.000_09 })).toBe("/points/30,-85");
});

test.each([
  ["no cell", { gridId: null, gridX: null, gridY: null }],
  ["a cell that leads elsewhere", { gridId: "../", gridX: 1, gridY: 2 }],
  ["a cell beyond", { gridId: "TAE", gridX: -1, gridY: 2 }],
])("points with %s are broken", (_what, properties) => {
  expect(() => readPoints({ properties })).toThrow(Broken);
});

test("the grid's layers become hours, in the units of the normal form", () => {
  const { steps, issuedAt, unknownCodes, outOfRange } = readNws(recorded(GRID));
  expect({ issuedAt, unknownCodes, outOfRange }).toEqual({
    issuedAt: "2022-02-04T03:15:41Z",
    unknownCodes: [],
    outOfRange: 0,
  });
  expect(steps).toHaveLength(7 * 24 + 14);
  expect(stepAt(steps, "2022-02-04T09:00:00Z")).toEqual({
    start: "2022-02-04T09:00:00Z",
    hours: 1,
    temperature: 18.89,
    // 12.964 and 22.224 km/h
    windSpeed: 3.6,
    windFrom: 190,
    gust: 6.17,
    pressure: null,
    humidity: 97,
    cloud: 76,
    // 2.032 mm in six hours; every third hundredth goes where it makes the sum right
    precipitation: 0.33,
    precipitationChance: 31,
    condition: "thunderstorm",
    severity: 3,
    isDay: null,
    code: "light rain_showers, thunderstorms",
  });
});

test("the grid's 27 runs of rain keep their sum, by hours and by days", () => {
  const { steps } = fromGrid(recorded(GRID));
  expect(sum(steps)).toBeCloseTo(20.066, 1);
  expect(Math.abs(sum(steps) - 20.066)).toBeLessThan(0.01);
  for (const zone of ["America/New_York", "Asia/Kolkata"])
    expect(Math.abs(sum(daysOf(steps, zone)) - 20.066)).toBeLessThan(0.015);
});

test("an hour without weather has the sky's cover as its condition", () => {
  expect(fromGrid(recorded(GRID)).steps[0]).toMatchObject({ cloud: 71, condition: "cloudy", code: null });
});

test("runs of any length hold for all their hours, blanks in an interval or not, and nulls stay null", () => {
  const grid = gridOf();
  grid.properties["windSpeed"] = {
    uom: "wmoUnit:m_s-1",
    values: [
      { validTime: "2022-02-03T20:30:00+00:00 / PT1H30M", value: 3 },
      { validTime: "2022-02-03T22:00:00+00:00/P1DT6H", value: null },
      { validTime: "2022-02-05T04:00:00+00:00/P6DT15H", value: 5 },
    ],
  };
  const winds = fromGrid(grid).steps.map(({ windSpeed }) => windSpeed);
  expect(winds).toEqual([3, ...Array(30).fill(null), ...Array(151).fill(5)]);
});

test("empty and missing layers are unknown, not zero", () => {
  const grid = gridOf();
  for (const layer of ["windGust", "skyCover", "quantitativePrecipitation", "weather"])
    grid.properties[layer] = { values: [] };
  delete grid.properties["relativeHumidity"];
  const unknown = { gust: null, cloud: null, precipitation: null, humidity: null, condition: "unknown", code: null };
  const { steps, unknownCodes } = fromGrid(grid);
  expect(steps[0]).toMatchObject(unknown);
  expect(unknownCodes).toEqual([]);
});

test("a grid in Fahrenheit is converted, one in a unit that nobody knows is broken", () => {
  const grid = gridOf();
  grid.properties["temperature"] = {
    uom: "unit:degF",
    values: [{ validTime: "2022-02-03T21:00:00+00:00/PT2H", value: 50 }],
  };
  expect(fromGrid(grid).steps.map(({ temperature }) => temperature)).toEqual([10, 10]);
  grid.properties["temperature"].uom = "wmoUnit:K";
  expect(() => fromGrid(grid)).toThrow(new Broken('the unit "K" is not known'));
});

test.each([
  [
    "an interval that is none",
    (grid: Grid) => Object.assign(runs(grid, "temperature")[2] ?? {}, { validTime: "NOW/PT1H" }),
    "properties.temperature.values[2].validTime[0]: is no time",
  ],
  [
    "an interval of no length",
    (grid: Grid) => Object.assign(runs(grid, "skyCover")[0] ?? {}, { validTime: "2022-02-03T21:00:00+00:00/PT0H" }),
    "properties.skyCover.values[0].validTime[1]: is no duration",
  ],
  ["no temperatures", (grid: Grid) => runs(grid, "temperature").splice(0), "no usable period"],
  [
    "temperatures that are all null",
    (grid: Grid) => runs(grid, "temperature").forEach((run) => (run.value = null)),
    "no usable period",
  ],
  ["no issue time", (grid: Grid) => (grid.properties.updateTime = null), "properties.updateTime"],
])("a grid with %s is broken", (_what, change, reason) => {
  const grid = gridOf();
  change(grid);
  expect(() => readNws(grid)).toThrow(Broken);
  expect(() => readNws(grid)).toThrow(reason);
});

test("runs of centuries are cut to sixteen days", () => {
  const grid = gridOf();
  const values = [{ validTime: "2022-02-03T21:00:00+00:00/P999DT1H", value: 9 }];
  grid.properties["temperature"] = { uom: "wmoUnit:degC", values };
  expect(fromGrid(grid).steps).toHaveLength(384);
});

test("a layer of more runs than hours can be is broken", () => {
  const grid = gridOf();
  const run = { validTime: "2022-02-03T21:00:00+00:00/PT1H", value: 9 };
  grid.properties["windGust"] = { uom: "wmoUnit:km_h-1", values: Array.from({ length: 1001 }, () => run) };
  expect(() => fromGrid(grid)).toThrow(Broken);
});

test("a period of more than a day is none", () => {
  const body = periodsOf(RELATIVE);
  Object.assign(body.properties.periods[1] ?? {}, { endTime: "2119-10-14T06:00:00-04:00" });
  expect(fromPeriods(body).steps).toHaveLength(1);
});

test("periods whose numbers are texts read as those with numbers", () => {
  const numbers = periodsOf(STRINGS);
  for (const period of numbers.properties.periods) {
    period["temperature"] = Number(period["temperature"]);
    for (const name of ["probabilityOfPrecipitation", "dewpoint", "relativeHumidity"]) {
      const quantity = period[name] as { value: unknown }; // as recorded
      quantity.value = Number(quantity.value);
    }
  }
  expect(numbers).not.toEqual(recorded(STRINGS));
  expect(readNws(recorded(STRINGS))).toEqual(readNws(numbers));
  expect(readNws(numbers).steps).toEqual([
    expect.objectContaining({
      start: "2019-10-13T18:00:00Z",
      hours: 4,
      temperature: 5,
      windSpeed: 4.47,
      windFrom: 180,
      humidity: 63,
    }),
  ]);
});

test("periods whose icons have no host read as those with one", () => {
  const absolute = periodsOf(RELATIVE);
  for (const period of absolute.properties.periods) period["icon"] = `https://api.weather.gov${String(period["icon"])}`;
  expect(readNws(recorded(RELATIVE))).toEqual(readNws(absolute));
  expect(readNws(absolute).steps.map(({ condition, isDay }) => [condition, isDay])).toEqual([
    ["thunderstorm", true],
    ["fair", false],
  ]);
});

test("a period in which all is null is not usable", () => {
  expect(() => readNws(recorded("nws/pynws/gridpoints_forecast_empty_us.json"))).toThrow(
    new Broken("no usable period"),
  );
});

test("of a range of winds the higher counts, and an unknown chance of rain stays unknown", () => {
  const { steps } = readNws(JSON.parse(filledIn("nws/weather-gov/gridpoints_FGZ_74_89_forecast.json", NOW)));
  expect(steps).toHaveLength(15);
  // 10 mph, 5 to 10 mph
  expect(steps.slice(0, 2)).toEqual([
    expect.objectContaining({
      temperature: -0.56,
      windSpeed: 4.47,
      windFrom: 90,
      precipitationChance: null,
      isDay: true,
    }),
    expect.objectContaining({
      temperature: -2.78,
      windSpeed: 4.47,
      windFrom: 67.5,
      precipitationChance: 80,
      condition: "snow",
    }),
  ]);
  expect(steps.every(({ precipitation }) => precipitation === null)).toBe(true);
});

test("a forecast that begins with what is left of the night has that as a step", () => {
  const { steps } = readNws(JSON.parse(filledIn("nws/weather-gov/gridpoints_HFO_154_145_forecast.json", NOW)));
  expect(steps.map(({ hours }) => hours)).toEqual([6, ...Array(15).fill(12)]);
  expect(daysOf(steps, "Pacific/Honolulu")[0]).toMatchObject({ hoursCovered: 24, hoursInDay: 24 });
});

test.each([
  ["0 mph", 0],
  ["5 mph", 2.24],
  ["10 to 5 mph", 4.47],
  ["15 to 25 km/h", 6.94],
  ["light and variable", null],
  [null, null],
])("a wind of %s is %s m/s", (windSpeed, metersPerSecond) => {
  const body = periodsOf(RELATIVE);
  Object.assign(body.properties.periods[0] ?? {}, { windSpeed });
  expect(fromPeriods(body).steps[0]?.windSpeed).toBe(metersPerSecond);
});

test.each([
  ["us", null, 5],
  ["si", null, 41],
  ["us", "C", 41],
  ["si", "F", 5],
  [undefined, null, 5],
])("41 degrees in units %s, marked %s, are %d °C", (units, temperatureUnit, temperature) => {
  const body = periodsOf(RELATIVE);
  Object.assign(body.properties, { units });
  Object.assign(body.properties.periods[0] ?? {}, { temperatureUnit });
  expect(fromPeriods(body).steps[0]?.temperature).toBe(temperature);
});

test.each([
  [
    "alerts",
    "nws/pynws/alerts_active_zone.json",
    'properties: Invalid key: Expected "properties" but received undefined',
  ],
  [
    "points",
    "nws/pynws/points.json",
    'properties.updateTime: Invalid key: Expected "updateTime" but received undefined',
  ],
])("%s are no forecast", (_what, file, reason) => {
  expect(() => readNws(recorded(file))).toThrow(new Broken(reason));
});
