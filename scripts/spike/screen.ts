// Where the spike is shown: a chart that is drawn over itself in a terminal, lines elsewhere, nothing but JSON with --json.
import type { Chart } from "./chart.ts";
import { toText } from "./terminal.ts";

export interface Screen {
  readonly say: (text: string) => void;
  /** Whether charts are shown while they grow. */
  readonly isLive: boolean;
  /** Draws over the chart before it. */
  readonly draw: (chart: Chart) => void;
}

export const createScreen = (quiet: boolean): Screen => {
  const { stdout } = process;
  const isTerminal = stdout.isTTY;
  const colours = isTerminal && process.env["NO_COLOR"] === undefined;
  let drawn = 0;
  const say = (text: string): void => {
    if (!quiet) stdout.write(`${text}\n`);
  };
  const draw = (chart: Chart): void => {
    const lines = toText(chart, colours);
    say(`${drawn > 0 ? `\u001B[${drawn}A\u001B[J` : ""}${lines.join("\n")}`);
    drawn = lines.length;
  };
  return { say, isLive: isTerminal && !quiet, draw };
};
