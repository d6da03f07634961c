// The chart as text: columns of eighth blocks, a panel below the other, for a terminal or a pipe.
import { axisTop, type Chart, type Panel, short, timeTicks } from "./chart.ts";

const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const ROWS = 4;
const GUTTER = 7;
const COLOURS = [34, 33, 35] as const;

/** Columns that a chart may have in so wide a terminal. */
export const columnsIn = (width: number): number => Math.max(20, Math.min(width, 110) - GUTTER - 2);

const rowsOf = (panel: Panel, paint: (text: string) => string): readonly string[] => {
  const top = axisTop(panel);
  return Array.from({ length: ROWS }, (_, row) => {
    const below = ROWS - 1 - row;
    const cells = panel.values.map((value) => {
      const eighths = Math.round((value / top) * ROWS * 8) - below * 8;
      // Whatever happened is seen, however small.
      const least = below === 0 && value > 0 ? 1 : 0;
      return BLOCKS[Math.max(least, Math.min(8, eighths))] ?? " ";
    });
    const label = row === 0 ? short(top) : row === ROWS / 2 ? short(top / 2) : "";
    return `${label.padStart(GUTTER - 2)} ┤${paint(cells.join(""))}`;
  });
};

const timeAxis = ({ bins }: Chart): readonly string[] => {
  const seconds = (bins.binMs * bins.count) / 1_000;
  const ruler = Array.from({ length: bins.count }, () => "─");
  let labels = "";
  for (const tick of timeTicks(bins, Math.max(2, Math.floor(bins.count / 9)))) {
    const column = Math.round((tick / seconds) * bins.count);
    if (column >= ruler.length) break;
    ruler[column] = "┬";
    labels = `${labels.padEnd(column)}${short(tick)} s`;
  }
  return [`${"0".padStart(GUTTER - 2)} ┼${ruler.join("")}`, `${" ".repeat(GUTTER)}${labels}`];
};

/** Lines of text; with colours for a terminal. */
export const toText = (chart: Chart, colours: boolean): readonly string[] => [
  chart.title,
  ...chart.panels.flatMap((panel, index) => {
    const paint = (text: string): string => (colours ? `\u001B[${COLOURS[index] ?? 39}m${text}\u001B[39m` : text);
    const peak = short(Math.max(0, ...panel.values));
    return [`${paint("■")} ${panel.title} (${panel.unit}), peak ${peak}`, ...rowsOf(panel, paint)];
  }),
  ...timeAxis(chart),
];
