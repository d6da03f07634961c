import { expect, test } from "@jest/globals";
import { toUs } from "./units.ts";

const row = {
  date: "2026-01-15",
  tempMin: -40,
  tempMax: 37,
  precipitation: 25.4,
  windMax: 10,
  gustMax: null,
  condition: "rain",
  hoursCovered: 24,
  hoursInDay: 24,
} as const;

test("units of the United States: °F, mph and inches; what has none, and what is not known, stays", () => {
  expect(toUs(row)).toEqual({ ...row, tempMax: 98.6, precipitation: 1, windMax: 22.37 });
});
