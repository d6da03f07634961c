import { describe, expect, test } from "@jest/globals";
import { cubeDocument } from "../../test/document.ts";
import { crsOfEpsg, crsOfText, degreesIn, toWgs84 } from "./crs.ts";
import type { Geometry } from "./metadata.ts";

const hints = (...values: string[]) => values.map((value, at) => ({ kind: "crs" as const, value, line: at + 1 }));
const named = (...values: string[]) => crsOfText(hints(...values), false)?.name;
const dms = (degrees: number, minutes: number, seconds: number) => degrees + minutes / 60 + seconds / 3600;

type Point = readonly [number, number];

/** Distance in metres of two points that are near each other. */
const metresBetween = ([lon, lat]: Point, [otherLon, otherLat]: Point) =>
  Math.hypot((lon - otherLon) * Math.cos((lat * Math.PI) / 180), lat - otherLat) * 111_320;

const place = (code: string, point: Point) => {
  const crs = crsOfEpsg(code);
  if (!crs) throw new Error(`${code} is unknown`);
  return toWgs84(crs, point);
};

describe("what the text says", () => {
  test.each([
    ["EPSG:23031", "EPSG:23031"],
    ["epsg code 32631", "EPSG:32631"],
    ["ED50 / UTM zone 31N", "EPSG:23031"],
    ["ED50-UTM31", "EPSG:23031"],
    ["ED_1950_UTM_Zone_31N", "EPSG:23031"],
    ["PROJECTION: UTM ZONE 31 NORTH, DATUM: ED 50", "EPSG:23031"],
    ["EUROPEAN DATUM 1950, UTM NORTHERN HEMISPHERE ZONE 32", "EPSG:23032"],
    ["WGS 84 / UTM zone 31N", "EPSG:32631"],
    ["WGS-84 UTM 51S", "EPSG:32751"],
    ["NAD27 UTM Zone 15", "EPSG:26715"],
    ["NAD83 / UTM zone 15N", "EPSG:26915"],
    ["ETRS89 / UTM zone 31N", "EPSG:25831"],
  ])("%s is %s", (value, name) => {
    expect(named(value)).toBe(name);
  });

  test("a zone on one line and its datum on another belong together", () => {
    expect(named("UTM zone 31", "Datum: ED50")).toBe("EPSG:23031");
  });

  test("a whole name on one line wins over a datum that another line mentions", () => {
    expect(named("ED50 / UTM zone 31N", "navigation in WGS84")).toBe("EPSG:23031");
  });

  test.each([
    ["a zone without a datum", ["UTM zone 31N"]],
    ["a datum without a zone", ["ED50"]],
    ["WGS 84 without a hemisphere", ["WGS84 UTM 31"]],
    ["two systems", ["ED50 UTM 31N", "WGS84 UTM 31N"]],
    ["a zone and two datums", ["UTM zone 31N", "ED50", "WGS84"]],
    ["a zone that the datum does not have", ["ED50 UTM 15N"]],
    ["a zone that no datum has", ["WGS84 UTM 99N"]],
    ["a code outside the table", ["EPSG:27700"]],
    ["nothing", []],
  ])("%s stays unknown", (_, values) => {
    expect(named(...values)).toBeUndefined();
  });

  test("hints of other kinds do not count", () => {
    expect(crsOfText([{ kind: "survey", value: "ED50 UTM 31N", line: 1 }], false)).toBeUndefined();
  });

  test("for degrees the datum alone is a system", () => {
    expect(crsOfText(hints("Datum ED50"), true)).toMatchObject({ name: "EPSG:4230", geographic: true });
  });

  test("for degrees the datum of a projected system is enough", () => {
    expect(crsOfText(hints("ED50 / UTM zone 31N (EPSG:23031)"), true)?.name).toBe("EPSG:4230");
    expect(crsOfText(hints("EPSG:4269"), true)?.name).toBe("EPSG:4269");
  });

  test("long hostile lines take no time", () => {
    const started = process.cpuUsage().user;
    expect(named("UTM ".repeat(20_000), "EUROPEAN ".repeat(20_000))).toBeUndefined();
    expect(process.cpuUsage(undefined).user - started).toBeLessThan(1e6);
  });
});

describe("control points", () => {
  // IOGP guidance note 7-2, example of method 9603 (North Sea): the same place in ED50 and in WGS 84.
  const inEd50 = [dms(2, 7, 51.477), dms(53, 48, 36.565)] as const;
  const inWgs84 = [dms(2, 7, 46.38), dms(53, 48, 33.82)] as const;

  test("ED50 comes within its accuracy of the published place in the North Sea", () => {
    expect(metresBetween(inEd50, inWgs84)).toBeGreaterThan(120); // without a shift
    expect(metresBetween(place("EPSG:4230", inEd50), inWgs84)).toBeLessThan(3);
  });

  // Meades Ranch, origin of NAD27, and where the National Geodetic Survey's data sheet has it in NAD83.
  test("NAD27 comes within its accuracy of the published place of its origin", () => {
    const inNad27 = [-dms(98, 32, 30.506), dms(39, 13, 26.686)] as const;
    const inNad83 = [-dms(98, 32, 31.74604), dms(39, 13, 26.71218)] as const;
    expect(metresBetween(inNad27, inNad83)).toBeGreaterThan(25);
    expect(metresBetween(place("EPSG:4267", inNad27), inNad83)).toBeLessThan(10);
  });

  test("UTM has its false easting on the central meridian and its false northing in the south, to the millimetre", () => {
    expect(place("EPSG:32631", [500_000, 0])).toEqual([expect.closeTo(3, 9), expect.closeTo(0, 9)]);
    expect(place("EPSG:32751", [500_000, 10_000_000])).toEqual([expect.closeTo(123, 9), expect.closeTo(0, 9)]);
    // IOGP test series GIGS 5101, part 2.
    expect(place("EPSG:32631", [221_288.77, 6_661_953.041])).toEqual([expect.closeTo(-2, 7), expect.closeTo(60, 7)]);
    expect(place("EPSG:32631", [73_106.698, -4_439_746.917])).toEqual([expect.closeTo(-2, 7), expect.closeTo(-40, 7)]);
    expect(place("EPSG:26915", [500_000, 3_000_000])[0]).toBeCloseTo(-93, 9);
  });
});

describe("angles", () => {
  const geometry = cubeDocument().geometry;
  const degrees = (unit: number, x: number, y = 0) => {
    if (!geometry?.coordinates) throw new Error("no coordinates");
    const extent: Geometry["extent"] = { x: [0, x], y: [0, y] };
    return degreesIn({ ...geometry, extent, coordinates: { ...geometry.coordinates, unit } })?.(x);
  };

  test("come as arc seconds, degrees or degrees-minutes-seconds", () => {
    expect(degrees(2, 7_200)).toBe(2);
    expect(degrees(3, 2.5)).toBe(2.5);
    expect(degrees(4, -1_023_045.5)).toBeCloseTo(-dms(102, 30, 45.5), 12);
    expect(degrees(1, 2.5)).toBeUndefined();
  });

  test("that no place on the earth has are lengths", () => {
    expect(degrees(3, 3312)).toBeUndefined();
    expect(degrees(2, 0, 400_000)).toBeUndefined();
  });
});
