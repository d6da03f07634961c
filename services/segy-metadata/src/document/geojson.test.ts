import { describe, expect, test } from "@jest/globals";
import { parse } from "valibot";
import { cubeDocument, withoutHints } from "../../test/document.ts";
import { toGeoJson } from "./geojson.ts";
import { Geometry, Metadata } from "./metadata.ts";

const collection = (...args: Parameters<typeof toGeoJson>) => {
  const answer = toGeoJson(...args);
  if ("problem" in answer) throw new Error(answer.detail);
  return answer;
};

const ringOf = (...args: Parameters<typeof toGeoJson>): readonly (readonly number[])[] => {
  const [outline] = collection(...args).features;
  if (outline?.geometry?.type !== "Polygon") throw new Error("no polygon");
  return outline.geometry.coordinates[0] ?? [];
};

/** Twice the area: positive when the ring runs counter-clockwise. */
const turn = (ring: readonly (readonly number[])[]) =>
  ring.slice(1).reduce((sum, [x = 0, y = 0], at) => sum + (ring[at]?.[0] ?? 0) * y - x * (ring[at]?.[1] ?? 0), 0);

const circle = Array.from({ length: 12 }, (_, at): [number, number] => [
  607_000 + 900 * Math.cos((at * Math.PI) / 6),
  6_074_000 + 900 * Math.sin((at * Math.PI) / 6),
]);

describe("the outline of a cube", () => {
  test("the document of the tests is one that the service may write", () => {
    expect(parse(Metadata, cubeDocument())).toEqual(cubeDocument());
  });

  test("is a closed ring around its corners, counter-clockwise, in WGS 84 with at most seven decimals", () => {
    const ring = ringOf(cubeDocument());
    expect(ring).toHaveLength(5);
    expect(ring[0]).toEqual(ring[4]);
    expect(turn(ring)).toBeGreaterThan(0);
    for (const [lon = 0, lat = 0] of ring) {
      expect([lon > 4.6 && lon < 4.8, lat > 54.7 && lat < 54.9]).toEqual([true, true]);
      expect(Math.round(lon * 1e7) / 1e7).toBe(lon);
    }
  });

  test("a mirrored survey has its ring counter-clockwise too", () => {
    const corners = cubeDocument().geometry?.corners.map((corner) => ({ ...corner, x: 1_215_000 - corner.x })) ?? [];
    expect(turn(ringOf(cubeDocument({}, { corners })))).toBeGreaterThan(0);
  });

  test("says what it is, and the corners say their line numbers", () => {
    const [outline, ...corners] = collection(cubeDocument()).features;
    expect(outline?.properties).toEqual({
      id: "abcdefghijklmnopqrstuvwxyz",
      key: "uploads/cube.sgy",
      class: "3d-poststack",
      confidence: "exact",
      crs: "EPSG:23031",
    });
    expect(corners).toHaveLength(4);
    expect(corners[3]).toMatchObject({ geometry: { type: "Point" }, properties: { slow: 200, fast: 500, x: 610_000 } });
  });

  test("a survey with holes at its corners shows the convex outline of its traces", () => {
    expect(ringOf(cubeDocument({}, { fill: 0.7, outline: circle }))).toHaveLength(13);
    expect(ringOf(cubeDocument({}, { fill: 0.97, outline: circle }))).toHaveLength(5);
  });

  test("one line of a cube is a line, one trace a point, none a feature without a place", () => {
    const shape = (outline: [number, number][]) =>
      collection(cubeDocument({}, { corners: [], outline })).features[0]?.geometry?.type;
    expect(shape(circle.slice(0, 2))).toBe("LineString");
    expect(shape(circle.slice(0, 1))).toBe("Point");
    expect(shape([])).toBeUndefined();
    expect(collection(cubeDocument({ geometry: null })).features).toHaveLength(1);
  });
});

const shapeOf2d = (outline: [number, number][]) =>
  collection(cubeDocument({}, { class: "2d-poststack", slow: null, outline })).features[0]?.geometry;

describe("a 2D line", () => {
  test("is a line from end to end, whatever the order of its outline", () => {
    const outline: [number, number][] = [
      [605_500, 6_073_100],
      [610_000, 6_073_000],
      [605_000, 6_073_000],
    ];
    expect(shapeOf2d(outline)).toMatchObject({ type: "LineString" });
    expect(shapeOf2d(outline)?.coordinates).toHaveLength(2);
  });

  test("with bends is the outline in which it lies", () => {
    expect(shapeOf2d(circle)).toMatchObject({ type: "Polygon" });
  });
});

describe("the system", () => {
  test("without one in the text it is unknown, and the answer says what to ask", () => {
    expect(toGeoJson(cubeDocument(withoutHints))).toEqual({
      problem: "crs-unknown",
      detail: expect.stringContaining("crs=EPSG:"),
    });
  });

  test("the caller's wins over the text", () => {
    const [outline] = collection(cubeDocument(), "EPSG:32631").features;
    expect(outline?.properties.crs).toBe("EPSG:32631");
    expect(ringOf(cubeDocument(), "EPSG:32631")).not.toEqual(ringOf(cubeDocument()));
  });

  test.each(["EPSG:27700", "EPSG:4326", "WGS84", ""])("%j cannot be the caller's", (crs) => {
    expect(toGeoJson(cubeDocument(), crs)).toMatchObject({ problem: "crs-unknown" });
  });

  test("`none` gives the file's own values with a note", () => {
    const answer = collection(cubeDocument(withoutHints), "none");
    expect(answer.note).toMatch("not longitude and latitude");
    expect(ringOf(cubeDocument(withoutHints), "none")).toContainEqual([605_000, 6_073_000]);
  });

  test("coordinates in feet are not put on the map in metres", () => {
    const extent = { x: [605_000 / 0.3048, 610_000 / 0.3048], y: [6_073_000 / 0.3048, 6_075_500 / 0.3048] };
    const document = cubeDocument({}, { extent: parse(Geometry.entries.extent, extent) });
    expect(toGeoJson(document)).toMatchObject({ problem: "crs-unknown", detail: expect.stringContaining("cannot be") });
  });

  test("arc seconds are on the map without a word of the text", () => {
    const coordinates = { bytes: [181, 185] as [number, number], scalar: -100, type: "i4", unit: 2 };
    const outline: [number, number][] = [
      [14_400, 198_000],
      [18_000, 198_000],
      [18_000, 201_600],
    ];
    const extent = { x: [14_400, 18_000] as [number, number], y: [198_000, 201_600] as [number, number] };
    const document = cubeDocument(withoutHints, { coordinates, extent, corners: [], outline });
    expect(ringOf(document)).toContainEqual([5, 56]);
  });
});
