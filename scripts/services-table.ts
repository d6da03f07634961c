// The table of services in README.md: the house rules hold it against the tree, `npm run new` adds a row.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface ServiceRow {
  readonly name: string;
  readonly what: string;
  readonly startsBy: string;
  readonly parts: string;
  readonly lines: number;
}

const ROW = /^\| \[([a-z0-9-]+)\]\(services\/\1\) *\| (.*?) *\| (.*?) *\| (.*?) *\| ([\d,]+) *\|$/gm;
const ROUNDED_TO = 10;

const NO_CODE = /\.(test|d|fixture)\.ts$/;
const isCode = (line: string): boolean => !/^\s*(\/\/|\/?\*|$)/.test(line);

/** Lines of TypeScript in `src` and `functions` without tests, comments and blank lines. */
export const codeLinesIn = (folder: string): number => {
  const paths = globSync("{src,functions}/**/*.ts", { cwd: folder }).filter((path) => !NO_CODE.test(path));
  const texts = paths.map((path) => readFileSync(join(folder, path), "utf8"));
  return texts.reduce((sum, text) => sum + text.split("\n").filter(isCode).length, 0);
};

export const rowsOf = (readme: string): readonly ServiceRow[] =>
  [...readme.matchAll(ROW)].map(([, name = "", what = "", startsBy = "", parts = "", lines = ""]) => ({
    name,
    what,
    startsBy,
    parts,
    lines: Number(lines.replaceAll(",", "")),
  }));

/** The README with one row more, in the order of the names; Prettier aligns the columns. */
export const withRow = (readme: string, { name, what, startsBy, parts, lines }: ServiceRow): string => {
  const rounded = (Math.round(lines / ROUNDED_TO) * ROUNDED_TO).toLocaleString("en");
  const row = `| [${name}](services/${name}) | ${what} | ${startsBy} | ${parts} | ${rounded} |`;
  const rows = [...readme.matchAll(ROW)];
  const before = rows.findLast(([, other = ""]) => other < name) ?? rows[0];
  if (before === undefined) return readme;
  const at = (before[1] ?? "") < name ? before.index + before[0].length + 1 : before.index;
  return `${readme.slice(0, at)}${row}\n${readme.slice(at)}`;
};
