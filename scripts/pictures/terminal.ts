// What a command wrote, as the picture of a terminal: no script, no font of its own, light or dark as the reader's system.
import { escaped } from "../spike/svg.ts";

/** A picture's columns: what a README shows without being scaled down. */
const COLUMNS = 100;
const CHARACTER = 8.4;
const LINE = 19;
const MARGIN = 18;
const BAR = 30;

const STYLE = `
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre; }
  .back { fill: #f6f8fa; stroke: #d0d7de; } .dot { fill: #d0d7de; } .quiet { fill: #59636e; }
  .typed { font-weight: 600; } .url { fill: #0969da; } .done { fill: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .back { fill: #0d1117; stroke: #3d444d; } .dot { fill: #3d444d; } .quiet { fill: #9198a1; }
    .url { fill: #58a6ff; } .done { fill: #3fb950; }
  }`;

/** Kinds of lines of which a reader needs few. */
const REPEATED = [
  { kind: /^ {2}(deployed|unchanged) /, keep: 2, rest: "  …" },
  { kind: /^ {12,}\S/, keep: 1, rest: undefined },
] as const;

/** The lines that are worth a place in a picture; a … stands where some are left out. */
export const shortened = (lines: readonly string[]): readonly string[] => {
  const shown: string[] = [];
  let run = 0;
  let previous: (typeof REPEATED)[number] | undefined;
  for (const line of lines) {
    const rule = REPEATED.find(({ kind }) => kind.test(line));
    run = rule !== undefined && rule === previous ? run + 1 : 1;
    previous = rule;
    if (rule === undefined || run <= rule.keep) shown.push(line);
    else if (run === rule.keep + 1 && rule.rest !== undefined) shown.push(rule.rest);
  }
  return shown
    .map((line) => line.replace(/\bsk_\w+/g, "sk_…")) // a key of this machine only, but scanners for secrets cannot know
    .map((line) => (line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line));
};

const kindOf = (line: string): string => {
  if (line.startsWith("$ ")) return ' class="typed"';
  if (line.startsWith("Ready")) return ' class="done"';
  return /^(─+|service .*|Packaging.*|Watching.*| {2}\S.*| {12,}.*)$/.test(line) ? ' class="quiet"' : "";
};

const withUrls = (line: string): string =>
  line
    .split(/(https?:\/\/[\w.:]+)/)
    .map((part, index) => (index % 2 === 1 ? `<tspan class="url">${escaped(part)}</tspan>` : escaped(part)))
    .join("");

const drawLine = (line: string, index: number): string => {
  const y = BAR + MARGIN + index * LINE;
  // Columns stay columns whatever font the reader has.
  const width = (line.length * CHARACTER).toFixed(1);
  return `<text x="${MARGIN}" y="${y}" textLength="${width}" xml:space="preserve"${kindOf(line)}>${withUrls(line)}</text>`;
};

/** The picture as the text of an SVG file; `label` is what it says to whoever cannot see it. */
export const terminalPicture = (lines: readonly string[], label: string): string => {
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = BAR + MARGIN + lines.length * LINE + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`,
    `<title>${escaped(label)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...[0, 1, 2].map((dot) => `<circle class="dot" cx="${MARGIN + 5 + dot * 18}" cy="17" r="5"/>`),
    ...lines.flatMap((line, index) => (line === "" ? [] : [drawLine(line, index)])),
    "</svg>\n",
  ].join("\n");
};
