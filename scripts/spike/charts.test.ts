import { expect, test } from "@jest/globals";
import { axisTop, type Chart, type Panel, timeTicks } from "./chart.ts";
import { toSvg } from "./svg.ts";
import { columnsIn, toText } from "./terminal.ts";

const panel = (values: readonly number[]): Panel => ({ title: "Invocations", unit: "per second", least: 2, values });

const CHART: Chart = {
  title: 'Spike of <8> files & "more"',
  subtitle: "at 20:00",
  bins: { from: 5_000, binMs: 500, count: 8 },
  panels: [panel([0, 1, 8, 3, 0, 0, 0.01, 0]), panel([1, 1, 4, 4, 4, 2, 1, 0]), panel([0, 0, 0, 0, 0, 0, 0, 0])],
  marks: [{ at: 7_000, label: "last upload" }],
};

/** Fails on a tag that is not closed, and on text that is not escaped: what an XML parser would refuse of our kind of SVG. */
const elementsOf = (svg: string): ReadonlyMap<string, number> => {
  const TAG = /<(\/?)([a-z]+)((?: [\w-]+="[^"<>]*")*)(\/?)>/g;
  const open: string[] = [];
  const seen = new Map<string, number>();
  for (const [, isEnd, name = "", , isWhole] of svg.matchAll(TAG)) {
    if (isEnd === "/") expect(open.pop()).toBe(name);
    else seen.set(name, (seen.get(name) ?? 0) + 1);
    if (isEnd === "" && isWhole === "") open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg.replaceAll(TAG, "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
  return seen;
};

test("the SVG is well-formed, whatever stands in the title", () => {
  const elements = elementsOf(toSvg(CHART));
  expect(elements.get("svg")).toBe(1);
  expect(toSvg(CHART)).toContain("Spike of &lt;8&gt; files &amp;");
});

test("the SVG has a column for each bin in which something happened, inside its frame", () => {
  const columns = [...toSvg(CHART).matchAll(/<rect class="s(\d)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"\/>/g)]; // prettier-ignore
  const ofSeries = (index: string): number => columns.filter(([, series]) => series === index).length;
  expect([ofSeries("0"), ofSeries("1"), ofSeries("2")]).toEqual([4 + 1, 7 + 1, 0 + 1]); // and one in the legend
  for (const [, , x = "", y = "", width = "", height = ""] of columns) {
    expect(Number(x) + Number(width)).toBeLessThanOrEqual(960);
    expect(Number(y) + Number(height)).toBeLessThanOrEqual(560);
  }
});

test("the SVG names its series, units, time axis and marks, and has both colour schemes", () => {
  for (const text of [
    "Invocations (per second)",
    "seconds since the first upload",
    "last upload",
    "prefers-color-scheme: dark",
  ])
    // prettier-ignore
    expect(toSvg(CHART)).toContain(text);
});

test("an axis ends at a handy number that no value exceeds", () => {
  expect([0, 1, 3, 7, 8, 44, 101, 999].map((most) => axisTop(panel([most])))).toEqual([
    2, 2, 4, 10, 10, 50, 200, 1_000,
  ]);
  expect(timeTicks({ from: 0, binMs: 500, count: 8 }, 10)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]);
  expect(timeTicks({ from: 0, binMs: 200, count: 61 }, 10)).toEqual([0, 2, 4, 6, 8, 10, 12]);
});

test("the text chart is plain without colours, and as wide as its bins", () => {
  const lines = toText(CHART, false);
  expect(lines.join("\n")).not.toContain("\u001B");
  expect(Math.max(...lines.slice(1).map((each) => each.length))).toBeLessThanOrEqual(80);
  expect(lines.filter((each) => each.includes("┤"))).toHaveLength(12);
  expect(lines[5]).toBe("      ┤ ▃██  ▁ "); // the smallest is seen too
});

test("the text chart is coloured in a terminal", () => {
  expect(toText(CHART, true).join("\n")).toContain("\u001B[34m");
  expect([columnsIn(80), columnsIn(400), columnsIn(5)]).toEqual([71, 101, 20]);
});
