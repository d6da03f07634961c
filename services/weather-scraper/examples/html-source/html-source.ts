// A source without an API: a table of a web page, read under a contract. Where the page is not what the contract says,
// an error names the place and nothing is returned: a page that was redesigned must not become wrong numbers.
import { load } from "cheerio";

export interface Column {
  readonly selector: string;
  readonly attribute?: string;
  /** Least and most of a number, or of a day (`dd.mm.yyyy`; here and in the result ISO 8601); or the form of a text. */
  readonly is: readonly [number, number] | readonly [string, string] | RegExp;
  readonly unit?: string;
}
export interface Contract {
  readonly headings: { readonly selector: string; readonly texts: readonly string[] };
  readonly rows: { readonly selector: string; readonly minimum: number };
  /** By name. Selectors are looked for within the row; `:scope` is the row itself. */
  readonly columns: Readonly<Record<string, Column>>;
}
export type Row = Readonly<Record<string, string | number>>;

const pattern = (rule: string): string => rule.replaceAll(/[^\w*]/g, String.raw`\$&`).replaceAll("*", ".*");
const clean = (text = ""): string => text.replaceAll(/\s+/g, " ").trim();

const valueOf = (is: Column["is"], text: string): string | number | undefined => {
  if (is instanceof RegExp) return is.test(text) ? text : undefined;
  const day = /^\d\d\.\d\d\.\d{4}$/.test(text) ? text.split(".").toReversed().join("-") : "";
  const value = typeof is[0] === "string" ? day : Number(text || "NaN");
  return value >= is[0] && value <= is[1] ? value : undefined;
};

/** All rows of the page, or an Error. */
export const readTable = (html: string, { headings, rows, columns }: Contract): readonly Row[] => {
  const $ = load(html);
  const found = Array.from($(headings.selector), (each) => clean($(each).text()));
  const wrong = headings.texts.findIndex((text, at) => found[at] !== text);
  if (wrong >= 0) throw new Error(`Heading ${wrong + 1} is "${found[wrong] ?? ""}", not "${headings.texts[wrong]}"`);
  const lines = Array.from($(rows.selector), (each) => $(each));
  if (lines.length < rows.minimum) throw new Error(`There are ${lines.length} rows, not ${rows.minimum} or more`);
  return lines.map((line, at) => {
    const cells = Object.entries(columns).map(([name, { selector, attribute, is, unit = "" }]) => {
      const cell = selector === ":scope" ? line : line.find(selector);
      const text = clean(attribute === undefined ? cell.text() : cell.attr(attribute));
      const value = cell.length === 1 ? valueOf(is, text) : undefined;
      if (value !== undefined) return [name, value] as const;
      throw new Error(`Row ${at + 1}, ${name}: "${text}" is not ${[is].flat().join(" to ")}${unit}`);
    });
    return Object.fromEntries(cells);
  });
};

/** RFC 9309: the rules for our name, else those for `*`; the longest that fits decides, of two alike the one that allows. */
export const isAllowed = (robots: string, name: string, path: string): boolean => {
  const groups = new Map<string, { readonly rule: string; readonly allows: boolean }[]>();
  let [names, isHead]: readonly [readonly string[], boolean] = [[], false];
  for (const [, key = "", rule = ""] of robots.matchAll(/^[ \t]*(user-agent|(?:dis)?allow)[ \t]*:[ \t]*([^#\s]*)/gim)) {
    const isName = key.toLowerCase() === "user-agent";
    if (isName) names = [...(isHead ? names : []), rule.toLowerCase().replace(/\/.*/, "")];
    for (const each of names)
      groups.set(each, [...(groups.get(each) ?? []), ...(isName ? [] : [{ rule, allows: key.length === 5 }])]);
    isHead = isName;
  }
  const [best] = (groups.get(name.toLowerCase()) ?? groups.get("*") ?? [])
    .filter(({ rule }) => rule !== "" && new RegExp(`^${pattern(rule).replace(/\\\$$/, "$")}`).test(path))
    .toSorted((a, b) => b.rule.length - a.rule.length || Number(b.allows) - Number(a.allows));
  return best?.allows ?? true;
};

/** Reads the page if the host's robots.txt lets `agent` ("name/1.0 contact") in; without a robots.txt (4xx) it does. */
export const fetchTable = async (url: URL, contract: Contract, agent: string): Promise<readonly Row[]> => {
  const init = { headers: { "user-agent": agent }, signal: AbortSignal.timeout(10_000) };
  const robots = await fetch(new URL("/robots.txt", url), init);
  if (robots.status >= 500) throw new Error(`${url.host} does not say whether we may: robots.txt ${robots.status}`);
  if (robots.ok && !isAllowed(await robots.text(), agent.split("/")[0] ?? "", url.pathname + url.search))
    throw new Error(`The robots.txt of ${url.host} forbids ${url.pathname}`);
  const page = await fetch(url, { ...init, redirect: "manual" }); // elsewhere another robots.txt would count
  if (page.status !== 200) throw new Error(`${url.href} answered ${page.status}`);
  const bytes = Buffer.from(await page.arrayBuffer());
  const charset = /charset\s*=\s*["']?([\w-]+)/i;
  const told = charset.exec(page.headers.get("content-type") ?? "") ?? charset.exec(bytes.toString("latin1", 0, 1024));
  return readTable(new TextDecoder(told?.[1] ?? "utf-8", { fatal: true }).decode(bytes), contract);
};
