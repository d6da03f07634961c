import { expect, test } from "@jest/globals";
import { chartLine, type Day, scaleOf } from "./weather-chart.ts";

const all = { hoursCovered: 24, hoursInDay: 24 };
const day: Day = { date: "2026-01-16", tempMin: 5, tempMax: 15, precipitation: 3, condition: "rain", ...all };
const scale = { from: 0, to: 30 };

const rainOf = (precipitation: number | null): string => chartLine({ ...day, precipitation }, scale).slice(56, -5);

test("a day is a line: the range of its temperature, its rain, and the weather", () => {
  const line = chartLine(day, scale);
  expect(line).toBe("Fri 16 Jan    5 … 15 °C │     ━━━━━━━━━━               │  3.0 mm █▌       rain");
  expect(chartLine({ ...day, tempMin: 5.5, tempMax: 6 }, scale)).toContain("│     ╺                        │");
  expect(chartLine({ ...day, tempMin: 5, tempMax: 5 }, scale)).toContain("│     ╸                        │");
});

test("a day that the forecast does not cover says so", () => {
  expect(chartLine({ ...day, hoursCovered: 4 }, scale)).toMatch(/ rain \(4 of 24 h\)$/);
});

test("however much it rains the columns stay; a trace of rain is seen, and none is not", () => {
  const widths = [0, 0.1, 3, 99].map((mm) => rainOf(mm).length);
  expect(new Set(widths)).toEqual(new Set([17]));
  expect([0, 0.1, 99].map((mm) => rainOf(mm).slice(8).trim())).toEqual(["", "▏", "████████"]);
});

test("what is unknown has no bar and no number", () => {
  const line = chartLine({ ...day, tempMin: null, tempMax: null, precipitation: null, condition: "unknown" }, scale);
  expect(line).toHaveLength(chartLine(day, scale).length + "unknown".length - "rain".length);
  expect(line).toMatch(/^Fri 16 Jan {14}│ {30}│ {18}unknown$/);
});

test("the scale has room for all days, from five degrees to five degrees", () => {
  expect(scaleOf([day, { ...day, tempMin: -3, tempMax: 21 }])).toEqual({ from: -5, to: 25 });
  expect(scaleOf([{ ...day, tempMin: 5, tempMax: 5 }])).toEqual({ from: 5, to: 10 });
  expect(scaleOf([{ ...day, tempMin: null, tempMax: null }])).toEqual({ from: 0, to: 5 });
});
