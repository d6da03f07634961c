import { expect, test } from "@jest/globals";
import { idOf } from "../test/put-forecasts.ts";
import { learnedOf, placeOf, withoutIssues } from "./learned.ts";

const place = { id: idOf("oslo"), name: "Oslo", lat: 59.9, lon: 10.75, altitude: 0, timeZone: "Europe/Oslo" };
const banned = { failures: 1, nextAllowedAt: 1, grid: { wfo: "TAE", x: 1, y: 2, checkedAt: 3 } };

test("what was learned holds for the place, and for no other coordinates or height", () => {
  const http = { met: { ...banned, place: placeOf(place) } };
  expect(learnedOf(place, http)).toEqual(http);
  expect(learnedOf({ ...place, name: "Kristiania", timeZone: "UTC" }, http)).toEqual(http);
  for (const moved of [{ lat: 59.91 }, { lon: -10.75 }, { altitude: 1 }, { altitude: undefined }])
    expect(learnedOf({ ...place, ...moved }, http)).toEqual({});
});

test("what was learned before places were noted holds", () => {
  expect(learnedOf(place, { met: banned })).toEqual({ met: banned });
});

test("without a forecast only that is known which says whom to ask, and where", () => {
  const issue = { expires: 1, lastModified: "x", issuedAt: "2026-01-15T12:00:00Z", valuesHash: "y" };
  expect(withoutIssues({ nws: { ...banned, ...issue, covered: false } })).toEqual({
    nws: { ...banned, covered: false },
  });
});
