// The chart as an SVG file that stands alone: no script, no font, light or dark as the reader's system has it.
import { axisTop, type Chart, type Panel, short, timeTicks } from "./chart.ts";

const WIDTH = 960;
const LEFT = 70;
const RIGHT = 24;
const HEAD = 136;
const PANEL = 104;
const GAP = 40;
const FOOT = 52;

/** Told apart also by people who see few colours, and by place: each series has its own panel. Contrast is over 4.5 : 1. */
const STYLE = `
  svg { font: 13px system-ui, sans-serif; }
  text { fill: #57606a; } .title { fill: #1f2328; font-size: 18px; font-weight: 600; } .name { fill: #1f2328; }
  .grid { stroke: #d0d7de; } .axis { stroke: #8c959f; } .mark { stroke: #57606a; stroke-dasharray: 4 3; }
  .s0 { fill: #0969da; } .s1 { fill: #bc4c00; } .s2 { fill: #8250df; } .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; } .title, .name { fill: #f0f6fc; }
    .grid { stroke: #2f353d; } .axis { stroke: #6e7681; } .mark { stroke: #9198a1; }
    .s0 { fill: #58a6ff; } .s1 { fill: #f0883e; } .s2 { fill: #bc8cff; } .back { fill: #0d1117; }
  }`;

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const px = (value: number): string => String(Number(value.toFixed(1)));

type Attributes = Readonly<Record<string, string | number>>;

const element = (name: string, attributes: Attributes, text = ""): string => {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${typeof value === "number" ? px(value) : value}"`); // prettier-ignore
  return text === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${escaped(text)}</${name}>`;
};

const line = (kind: string, [x1, y1, x2, y2]: readonly [number, number, number, number]): string =>
  element("line", { class: kind, x1, y1, x2, y2 });

const plotWidth = WIDTH - LEFT - RIGHT;

const topOf = (index: number): number => HEAD + index * (PANEL + GAP);

/** One column per bin; a bin without anything has none. */
const columns = (panel: Panel, index: number): readonly string[] => {
  const top = axisTop(panel);
  const width = plotWidth / panel.values.length;
  const gap = width > 5 ? 1 : 0;
  return panel.values.flatMap((value, bin) => {
    if (value === 0) return [];
    const height = (value / top) * PANEL;
    const y = topOf(index) + PANEL - height;
    return [element("rect", { class: `s${index}`, x: LEFT + bin * width, y, width: width - gap, height })];
  });
};

const drawPanel = (panel: Panel, index: number): readonly string[] => {
  const y = topOf(index);
  const top = axisTop(panel);
  const levels = [top, top / 2, 0].map((value) => ({ value, at: y + PANEL * (1 - value / top) }));
  return [
    element("text", { x: LEFT, y: y - 9, class: "name" }, `${panel.title} (${panel.unit})`),
    element(
      "text",
      { x: WIDTH - RIGHT, y: y - 9, "text-anchor": "end" },
      `peak ${short(Math.max(0, ...panel.values))}`,
    ),
    ...levels.map(({ at, value }) => line(value === 0 ? "axis" : "grid", [LEFT, at, WIDTH - RIGHT, at])),
    ...levels.map(({ at, value }) => element("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, short(value))),
    ...columns(panel, index),
  ];
};

const drawLegend = ({ panels }: Chart): readonly string[] =>
  panels.flatMap(({ title }, index) => [
    element("rect", { class: `s${index}`, x: LEFT + index * 210, y: 60, width: 12, height: 12 }),
    element("text", { x: LEFT + index * 210 + 18, y: 71 }, title),
  ]);

const drawTime = ({ bins }: Chart, bottom: number): readonly string[] => [
  ...timeTicks(bins, 10).flatMap((seconds) => {
    const x = LEFT + (seconds * 1_000 * plotWidth) / (bins.binMs * bins.count);
    return [
      line("axis", [x, bottom, x, bottom + 5]),
      element("text", { x, y: bottom + 19, "text-anchor": "middle" }, short(seconds)),
    ];
  }),
  element("text", { x: LEFT + plotWidth / 2, y: bottom + 40, "text-anchor": "middle" }, "seconds since the first upload"), // prettier-ignore
];

const drawMarks = ({ bins, marks, panels }: Chart): readonly string[] =>
  marks.flatMap(({ at, label }, index) => {
    const x = LEFT + ((at - bins.from) * plotWidth) / (bins.binMs * bins.count);
    const y = HEAD - 26 - 15 * index; // one above the other: they may be close
    const isLeft = x < WIDTH / 4;
    return [
      line("mark", [x, y - 10, x, y + 2]),
      ...panels.map((_, panel) => line("mark", [x, topOf(panel), x, topOf(panel) + PANEL])),
      element("text", { x: isLeft ? x + 6 : x - 6, y, "text-anchor": isLeft ? "start" : "end" }, label),
    ];
  });

/** The chart as the text of an SVG file. */
export const toSvg = (chart: Chart): string => {
  const bottom = topOf(chart.panels.length - 1) + PANEL;
  const height = bottom + FOOT;
  const label = escaped(`${chart.title}. ${chart.subtitle}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">`,
    `<style>${STYLE}\n</style>`,
    element("rect", { class: "back", x: 0, y: 0, width: WIDTH, height }),
    element("text", { x: LEFT, y: 26, class: "title" }, chart.title),
    element("text", { x: LEFT, y: 45 }, chart.subtitle),
    ...drawLegend(chart),
    ...chart.panels.flatMap(drawPanel),
    ...drawMarks(chart),
    ...drawTime(chart, bottom),
    "</svg>\n",
  ].join("\n");
};
