// README.md names the services that there are, with their sizes, and no link in any README or page of docs/ leads nowhere.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, serviceFolder } from "../repository.ts";
import { codeLinesIn, rowsOf } from "../services-table.ts";

/** A service may grow by this share before its number in the README is wrong. */
const TOLERANCE = 0.05;
/** Or by so many lines, which a small one has rounded off already. */
const FEW_LINES = 20;

const PAGES = ["*.md", "docs/**/*.md", "{packages,services}/*/*.md"];
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)|<img src="([^"]+)"/g;

const checkTable = (names: readonly string[]): readonly string[] => {
  const rows = new Map(rowsOf(readFileSync(join(root, "README.md"), "utf8")).map((row) => [row.name, row]));
  return [
    ...names.filter((name) => !rows.has(name)).map((name) => `README.md: the table of services lacks ${name}`),
    ...[...rows.values()].flatMap(({ name, lines }) => {
      if (!names.includes(name)) return [`README.md: the table of services has ${name}, which is not in services/`];
      const now = codeLinesIn(serviceFolder(name));
      return Math.abs(now - lines) <= Math.max(FEW_LINES, now * TOLERANCE)
        ? []
        : [`README.md: ${name} has ${now} lines of code, not ${lines}`];
    }),
  ];
};

const checkLinks = (page: string): readonly string[] => {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```[\s\S]*?^```$|`[^`\n]*`/gm, "");
  return [...text.matchAll(LINK)]
    .map(([, link, picture]) => link ?? picture ?? "")
    .filter((target) => !existsSync(join(root, dirname(page), target)))
    .map((target) => `${page} links to ${target}, which does not exist`);
};

export const checkFrontPage = (names: readonly string[]): readonly string[] => [
  ...checkTable(names),
  ...globSync(PAGES, { cwd: root, exclude: (path) => path.includes("node_modules") }).flatMap(checkLinks),
];
