import { describe, expect, test } from "@jest/globals";
import { cubeDocument } from "../test/document.ts";
import type { Geometry } from "../src/document/metadata.ts";
import { surveyMap } from "./terminal-map.ts";

const cube = (geometry: Partial<Geometry> = {}): Geometry => {
  const document = cubeDocument({}, geometry);
  if (!document.geometry) throw new Error("no geometry");
  return document.geometry;
};

/** A cube turned by an angle, counter-clockwise. */
const turned = (degrees: number) => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const corner = (slow: number, fast: number, [x, y]: readonly [number, number]) => ({
    slow,
    fast,
    x: 600_000 + x * cos - y * sin,
    y: 6_000_000 + x * sin + y * cos,
  });
  return [
    corner(100, 300, [0, 0]),
    corner(100, 500, [5000, 0]),
    corner(200, 300, [0, 2500]),
    corner(200, 500, [5000, 2500]),
  ];
};

const dots = (line: string): string => line.replaceAll(/[^\u2800-\u28FF]/g, "");

test("north is up: the lines with the larger northing stand above", () => {
  const map = surveyMap(cube());
  expect(map[0]).toMatch(/^200\/300 .+ 200\/500$/);
  expect(map.at(-3)).toMatch(/^100\/300 .+ 100\/500$/);
  expect(map.at(-1)).toBe("N ↑   ├──────┤ 1 km");
});

test("both directions have one scale: a survey twice as wide as high is 40 x 10 characters", () => {
  const map = surveyMap(cube(), { occupied: () => true });
  expect(map.slice(0, -2)).toHaveLength(10);
  expect(dots(map[5] ?? "")).toHaveLength(40);
});

test.each([0, 17, 45, 90, 133, 180, 270, 301])("turned by %i degrees it has four labels in 80 columns", (degrees) => {
  const map = surveyMap(cube({ corners: turned(degrees) }));
  for (const line of map) expect(line.length).toBeLessThanOrEqual(80);
  for (const label of ["100/300", "100/500", "200/300", "200/500"]) expect(map.join("\n")).toContain(label);
});

const hole = (slow: number, fast: number) => !(slow > 120 && slow < 180 && fast > 350 && fast < 450);

describe("holes", () => {
  test("stay dark where no trace is", () => {
    const map = surveyMap(cube(), { occupied: hole });
    expect(map[5]).toMatch(/⣿+ +⣿+/);
    expect(map[0]).toMatch(/⣿{40}|⣶{40}/);
  });

  test("without knowledge of cells the outline is drawn", () => {
    expect(surveyMap(cube())[5]).toMatch(/⡇ +⢸/);
  });
});

test("one line of a cube and a 2D line are lines", () => {
  const corners = turned(0).filter(({ slow }) => slow === 100);
  const outline: [number, number][] = [
    [600_000, 6_000_000],
    [602_000, 6_001_000],
    [605_000, 6_000_500],
  ];
  expect(surveyMap(cube({ corners, outline: outline.slice(0, 2) })).length).toBeGreaterThan(2);
  expect(surveyMap(cube({ class: "2d-poststack", slow: null, corners: [], outline })).length).toBeGreaterThan(4);
});

test("a survey without extent has no map", () => {
  expect(surveyMap(cube({ corners: [], outline: [] }))).toEqual([]);
  expect(surveyMap(cube({ corners: [], outline: [[5, 5]] }))).toEqual([]);
  expect(surveyMap(cube({ corners: [], outline: [[0, Number.NaN]] }))).toEqual([]);
});

test("arc seconds are drawn in metres, narrower towards the pole", () => {
  const coordinates = { bytes: [181, 185] as [number, number], scalar: 1, type: "i4", unit: 2 };
  const [x, y] = [36_000, 216_000]; // 10° E, 60° N: a degree of longitude is half a degree of latitude
  const corners = turned(0).map((corner, at) => ({ ...corner, x: x + (at % 2) * 3600, y: y + (at > 1 ? 1800 : 0) }));
  const extent = { x: [x, x + 3600] as [number, number], y: [y, y + 1800] as [number, number] };
  const map = surveyMap(cube({ coordinates, corners, extent }), { occupied: () => true });
  expect(map.slice(0, -2)).toHaveLength(16);
  expect(dots(map[5] ?? "").length).toBeGreaterThan(30);
  expect(map.at(-1)).toMatch(/ (10|20) km$/);
});

test("feet are said to be feet", () => {
  expect(surveyMap(cube(), { feet: true }).at(-1)).toMatch("1000 ft");
});
