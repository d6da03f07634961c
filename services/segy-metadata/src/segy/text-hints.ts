// What the textual header says in words: hints for people, for the choice of a CRS, and to check detected byte positions.
import type { Text } from "../document/metadata.ts";

export type Hint = Text["hints"][number];
type Kind = Hint["kind"];

const MOST_HINTS = 100;
const MOST_CHARACTERS = 80; // of a line and of a value; bounds what the patterns below can cost

/** Labels at the start of a column, and what a value after one must look like. */
const LABELS: readonly (readonly [Kind, RegExp, RegExp])[] = [
  ["client", /^CLIENT(?: NAME)?\b/i, /\w/],
  ["company", /^(?:COMPANY(?: NAME)?|CONTRACTOR)\b/i, /\w/],
  ["line", /^LINE(?: ?(?:NAME|NO\b\.?|NUMBER|ID|#))?(?![\w-])/i, /^\S*\d/],
  ["survey", /^(?:(?:[23]D )?SURVEY(?: NAME| AREA)?|PROJECT(?: NAME)?|AREA(?: #)?)(?![\w-])/i, /[a-z]/i],
  ["date", /^(?:[a-z]+ )?DATE\b/i, /\d/],
  ["crs", /^(?:CRS|COORDINATE (?:REFERENCE )?SYSTEM|(?:MAP )?PROJECTION|(?:GEODETIC|MAP) DATUM)\b/i, /\w/],
];

/** The next label of a form that was not filled in is no value. */
const FORM =
  /^(?:CLIENT|COMPANY|CONTRACTOR|CREW|LINE|AREA|MAP|REEL|DAY|YEAR|OBSERVER|PERMIT|MANAGER|ZONE|COORDINATE UNITS|BYTES?)\b/i;

/** Value of the label that a column starts with: behind it in the column, or the next column. */
const labelled = (column: string, next = ""): Omit<Hint, "line"> | undefined => {
  for (const [kind, label, form] of LABELS) {
    const found = label.exec(column)?.[0];
    if (found === undefined) continue;
    const rest = column.slice(found.length).trimStart();
    const marked = /^[:=]/.test(rest);
    const value = (rest.replace(/^[:=\s]+/, "") || next).replace(/ \S+:$/, ""); // the label of the next column
    const fits = marked && kind === "line" ? /\w/ : form;
    if (FORM.test(value) || value.endsWith(":") || (!marked && /[:=#]/.test(rest)) || !fits.test(value))
      return undefined;
    return { kind, value };
  }
  return undefined;
};

const CRS =
  /\bEPSG\b|(?:\b|_)UTM(?![a-z])|\b(?:EUROPEAN|NORTH AMERICAN) (?:DATUM|19)|\b(?:ED|WGS|NAD|ETRS|GDA|SAD|ITRF)[- ]?\d{2,4}\b|\bTRANSVERSE MERCATOR\b|\bLAMBERT\b/i;
const DOMAIN =
  /\bDOMAIN ?[:=]? ?(DEPTH|TIME)\b|\b(DEPTH|TIME) DOMAIN\b|\bSAMPLES (?:ARE )?IN (DEPTH|TIME)\b|\bSAMPLE (?:INTERVAL|RATE) ?[:=]? ?[\d.]+ ?([MUF][A-Z]*)\b/i;

const domainOf = (line: string): string | undefined => {
  const word = DOMAIN.exec(line)?.slice(1).find(Boolean)?.toLowerCase();
  if (word === undefined || word === "depth" || word === "time") return word;
  if (/^(?:m|met(?:er|re)s?|ft|feet)$/.test(word)) return "depth";
  return /^(?:ms|us|msecs?|usecs?|mi(?:lli|cro)sec(?:ond)?s?)$/.test(word) ? "time" : undefined;
};

const isCorner = (line: string): boolean =>
  !/\bBYTES?\b/i.test(line) &&
  ((/\bX ?[:=] ?-?\d/i.test(line) && /\bY ?[:=] ?-?\d/i.test(line)) ||
    (/\bCORNER\b/i.test(line) && /\d{3}.*\d{3}/.test(line)));

const RANGE =
  /\b(INLINE|CROSSLINE|SAMPLE)S?(?: (?:NUMBERS?|RANGE))* ?[:=]? ?(?:FROM )?(-?\d+) ?(?:\.\.+|-|TO) ?(-?\d+)/gi;

/** Words around a byte position that say nothing of what stands there. */
const FILLER =
  /^(?:numbers?|nos?|num|at|in|is|are|of|the|and|loc\w*|positions?|trace|headers?|words?|keys?|fields?|co-?ord\w*|stored|int\w*|[23]d|from)$/i;
const TOKEN = /[a-z]+(?:[-_][a-z]+)*|\d+(?: ?(?:-|TO) ?\d+)?(?![\w-]*[ -]?BYTE)|[|¦;]/gi;
const KEYS = /^(?:inline|crossline|x|y)$/;

/** Either order is in use, `INLINE BYTES 189-192` and `BYTES 189-192 INLINE`: names and positions pair off one by one. */
const bytesOf = (line: string): string[] => {
  const pairs: string[] = [];
  let [names, places]: [string[], string[]] = [[], []];
  let hasBytes = false;
  let namesFirst = true;
  const pair = (): void => {
    const nearest = namesFirst ? names.slice(-places.length) : names.slice(0, places.length);
    const known = names.filter((name) => KEYS.test(name)).length;
    if (places.length > 0 && known === places.length && nearest.every((name) => KEYS.test(name)))
      pairs.push(...nearest.map((name, at) => `${name} ${places[at] ?? ""}`));
    [names, places] = [[], []];
  };
  for (const [token] of line.matchAll(TOKEN)) {
    const [first = Number.NaN, last = first] = token.split(/ ?(?:-|TO) ?/i).map(Number);
    const isPlace = first >= 1 && first <= 240 && last <= 241 && last >= first;
    if (/^bytes?$/i.test(token)) hasBytes = true;
    else if (isPlace && (hasBytes || (last - first === 3 && first % 4 === 1))) {
      if (names.length === 0) namesFirst = false;
      else if (!namesFirst && places.length > 0) pair();
      places.push(last === first ? `${first}` : `${first}-${last}`);
    } else if (/[\d|¦;]/.test(token)) {
      pair();
      namesFirst = true;
    } else if (!FILLER.test(token)) {
      if (namesFirst && places.length > 0) pair();
      names.push(token.toLowerCase());
    }
  }
  pair();
  return pairs;
};

/** One spelling for what texts spell in many ways; coordinates of sources and receivers are not those of the trace. */
const spelled = (line: string): string =>
  line
    .replaceAll(/\b(SOURCE|SHOT|SRC|RECEIVER|REC|GROUP)[- ]([XY])\b/gi, "$1_$2")
    .replaceAll(/\b(?:(?:3D )?IN[- ]LINE|ILINE|IL(?=\b|\d))/gi, "INLINE")
    .replaceAll(/\b(?:(?:CROSS|X)[- ]LINE|XLINE|XL(?=\b|\d))/gi, "CROSSLINE")
    .replaceAll(/\b(INLINE|CROSSLINE)S\b/gi, "$1")
    .replaceAll(/\b(?:(?:CDP|CMP|BIN|ENSEMBLE|MIDPOINT)[- _])?([XY])[- _]?CO-?ORD\w*|\bCDP[- _]?([XY])\b/gi, "$1$2")
    .replaceAll(/\bEASTINGS?\b/gi, "X")
    .replaceAll(/\bNORTHINGS?\b/gi, "Y");

const hintsOfLine = (text: string): Omit<Hint, "line">[] => {
  const columns = text.split(/ {2,}|[|¦;]/).map((column) => column.trim());
  const line = text.replaceAll(/ +/g, " ").trim();
  const hasCrs = CRS.test(line); // then the whole line counts: projection and zone stand in columns of their own
  const hints = columns
    .flatMap((column, at) => labelled(column, columns[at + 1]) ?? [])
    .filter(({ kind }) => !hasCrs || kind !== "crs");
  if (hasCrs) hints.push({ kind: "crs", value: line.replace(/^CRS ?[:=] ?/i, "") });
  const even = spelled(line);
  const bytes = bytesOf(even);
  hints.push(...bytes.map((value) => ({ kind: "bytes" as const, value })));
  if (bytes.length === 0 && !/\bBYTE/i.test(line))
    for (const [, axis = "", from = "", to = ""] of even.matchAll(RANGE))
      hints.push({ kind: "range", value: `${axis.toLowerCase()} ${from} to ${to}` });
  if (isCorner(line)) hints.push({ kind: "corner", value: line });
  const domain = domainOf(line);
  return domain === undefined ? hints : [...hints, { kind: "domain", value: domain }];
};

/** Hints in the order of the lines, at most a hundred. Bytes come as `inline 189-192`, ranges as `inline 111 to 133`. */
export const hintsOf = (lines: readonly string[]): Hint[] => {
  const hints: Hint[] = [];
  for (const [at, line] of lines.entries()) {
    const text = line.slice(0, MOST_CHARACTERS).replace(/^C ?\d{0,2}(?= |$)/i, "");
    for (const { kind, value } of hintsOfLine(text))
      hints.push({ kind, value: value.slice(0, MOST_CHARACTERS), line: at + 1 });
    if (hints.length >= MOST_HINTS) break;
  }
  return hints.slice(0, MOST_HINTS);
};

/** The first byte that the text names for each of the keys and coordinates: inline is slow, crossline fast. */
export const byteHints = (hints: readonly Hint[]): { slow?: number; fast?: number; x?: number; y?: number } => {
  const first = (name: string): number | undefined => {
    const value = hints.find((hint) => hint.kind === "bytes" && hint.value.startsWith(`${name} `))?.value;
    return value === undefined ? undefined : Number.parseInt(value.slice(name.length + 1), 10);
  };
  const named = { slow: first("inline"), fast: first("crossline"), x: first("x"), y: first("y") };
  return Object.fromEntries(Object.entries(named).filter(([, byte]) => byte !== undefined));
};
