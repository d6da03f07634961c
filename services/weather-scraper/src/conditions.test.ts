import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { metSky, nwsGridSky, nwsIconSky, wmoSky, type Sky } from "./conditions.ts";
import tables from "./conditions.json" with { type: "json" };

const legend = readFileSync(join(import.meta.dirname, "../local/recorded/metno/legend.csv"), "utf8");
const symbols = legend
  .split("\n")
  .slice(1)
  .filter((line) => line !== "")
  .map((line) => line.split(","))
  // One id ends in a blank.
  .map(([id = "", , , , , variants]) => ({ id: id.trim(), hasVariants: variants?.trim() === "1" }));
const codes = symbols.flatMap(({ id, hasVariants }) =>
  hasVariants ? ["day", "night", "polartwilight"].map((variant) => `${id}_${variant}`) : [id],
);

const isKnown = ({ condition, severity, unknown }: Sky): boolean =>
  condition !== "unknown" && Number.isInteger(severity) && severity >= 0 && severity <= 3 && unknown.length === 0;

test("each of the 83 codes of MET Norway's legend has a condition", () => {
  expect(codes).toHaveLength(83);
  expect(codes.filter((code) => !isKnown(metSky(code)))).toEqual([]);
  expect(Object.keys(tables.met).toSorted()).toEqual(symbols.map(({ id }) => id).toSorted());
});

test("MET Norway's own misspellings are known", () => {
  expect(metSky("lightssleetshowersandthunder_polartwilight").condition).toBe("thunderstorm");
  expect(metSky("lightssnowshowersandthunder_day").condition).toBe("thunderstorm");
});

test.each([
  ["clearsky_day", true],
  ["clearsky_night", false],
  ["clearsky_polartwilight", null],
  ["rain", null],
])("the time of day is in MET's code %s", (code, isDay) => {
  expect(metSky(code).isDay).toBe(isDay);
});

const WMO = [
  0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80, 81, 82, 85, 86, 95, 96, 99,
];

test("each of the 28 WMO codes has a condition", () => {
  expect(WMO).toHaveLength(28);
  expect(WMO.filter((code) => !isKnown(wmoSky(code, true)))).toEqual([]);
  expect(Object.keys(tables.wmo).map(Number)).toEqual(WMO);
});

// GET https://api.weather.gov/icons
const ICONS =
  "skc few sct bkn ovc wind_skc wind_few wind_sct wind_bkn wind_ovc snow rain_snow rain_sleet snow_sleet fzra rain_fzra " +
  "snow_fzra sleet rain rain_showers rain_showers_hi tsra tsra_sct tsra_hi tornado hurricane tropical_storm dust smoke " +
  "haze hot cold blizzard fog";
// The values of `weather` in a grid: https://api.weather.gov/openapi.json
const WEATHERS =
  "blowing_dust blowing_sand blowing_snow drizzle fog freezing_fog freezing_drizzle freezing_rain freezing_spray frost " +
  "hail haze ice_crystals ice_fog rain rain_showers sleet smoke snow snow_showers thunderstorms volcanic_ash water_spouts";

test("each NWS icon and each weather of its grid has a condition", () => {
  const icons = ICONS.split(" ").map((name) => nwsIconSky(`/icons/land/day/${name}?size=medium`));
  const weathers = WEATHERS.split(" ").map((weather) => nwsGridSky([{ weather }], null));
  expect([icons.length, weathers.length]).toEqual([34, 23]);
  expect([...icons, ...weathers].filter((sky) => !isKnown(sky))).toEqual([]);
});

test.each([
  ["MET", metSky("frogs_day"), "frogs_day"],
  ["MET, of no known time", metSky("rain_noon"), "rain_noon"],
  ["MET, named as what every object has", metSky("constructor"), "constructor"],
  ["MET, and longer than codes are", metSky("x".repeat(500)), "x".repeat(80)],
  ["WMO", wmoSky(4, null), "4"],
  ["an NWS icon", nwsIconSky("/icons/land/day/frogs,20?size=medium"), "day/frogs,20"],
  ["something else than an icon", nwsIconSky("frogs"), "frogs"],
  ["the NWS grid", nwsGridSky([{ weather: "frogs", intensity: "heavy" }], 20), "heavy frogs"],
])("an invented code of %s is unknown, is kept and is told", (_provider, sky, code) => {
  expect(sky).toMatchObject({ condition: "unknown", severity: 0, code, unknown: [code] });
});

test("no code is unknown without being told as one", () => {
  for (const sky of [metSky(undefined), wmoSky(null, null), nwsIconSky(null), nwsGridSky([], null)])
    expect(sky).toEqual({ condition: "unknown", severity: 0, isDay: null, code: null, unknown: [] });
});

test("an icon means the same with and without its host", () => {
  expect(nwsIconSky("/icons/land/night/few?size=medium")).toEqual(
    nwsIconSky("https://api.weather.gov/icons/land/night/few?size=small"),
  );
});

test("of two conditions the worse counts, wherever it stands", () => {
  expect(nwsIconSky("/icons/land/day/tsra,40/ovc")).toMatchObject({ condition: "thunderstorm", isDay: true });
  expect(nwsIconSky("/icons/land/day/ovc/snow,50")).toMatchObject({ condition: "snow", isDay: true });
  expect(nwsIconSky("/icons/land/night/frogs/rain,50")).toMatchObject({
    condition: "rain",
    unknown: ["night/frogs/rain,50"],
  });
  expect(nwsGridSky([{ weather: "fog" }, { weather: "snow", intensity: "light" }], 100)).toMatchObject({
    condition: "snow",
    severity: 1,
    code: "fog, light snow",
  });
});

test.each([
  ["very_light", 1],
  ["light", 1],
  ["moderate", 2],
  [null, 2],
  ["heavy", 3],
])("rain of intensity %s in the NWS grid has severity %i", (intensity, severity) => {
  expect(nwsGridSky([{ weather: "rain", intensity }], null).severity).toBe(severity);
});

test.each([
  [0, "clear"],
  [5, "clear"],
  [6, "fair"],
  [26, "partly-cloudy"],
  [51, "cloudy"],
  [100, "cloudy"],
])("without weather in the NWS grid, %i %% of cloud are %s", (cloud, condition) => {
  const none = [{ weather: null, intensity: null }];
  expect(nwsGridSky(none, cloud)).toEqual({ condition, severity: 0, isDay: null, code: null, unknown: [] });
});
