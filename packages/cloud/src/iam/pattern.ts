// Patterns of the policy language: `*`, `?` and policy variables such as `${aws:userid}`.

/** Values of a condition key (any case), or undefined when the request has none. */
export type Lookup = (key: string) => readonly string[] | undefined;
export type Matcher = (text: string, lookup: Lookup) => boolean;

// Inside a compiled pattern the wildcards are private-use characters, so that `${*}` can stand for a plain star.
const STAR = "\uE000";
const ANY = "\uE001";
const WILDCARDS = /[\uE000\uE001]/g;

const glob = (pattern: string, text: string): boolean => {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const at = pattern[p];
    if (at === STAR) {
      star = p++;
      resume = t;
    } else if (at !== undefined && (at === ANY || at === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === STAR) p++;
  return p === pattern.length;
};

const withWildcards = (text: string): string => text.replaceAll("*", STAR).replaceAll("?", ANY);

/** A fixed pattern (wildcards as STAR and ANY) as the cheapest test for it. */
const fixed = (pattern: string): ((text: string) => boolean) => {
  const wild = pattern.match(WILDCARDS)?.length ?? 0;
  if (wild === 0) return (text) => text === pattern;
  if (pattern === STAR) return () => true;
  if (wild === 1 && pattern.endsWith(STAR)) {
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  return (text) => glob(pattern, text);
};

interface Variable {
  readonly key: string;
  readonly fallback: string | undefined;
}

/** `${key}` and `${key, 'default'}`; `${*}`, `${?}`, `${$}` are those characters. */
const parse = (source: string, wildcards: boolean): readonly (string | Variable)[] => {
  const plain = wildcards ? withWildcards : (text: string) => text;
  const parts: (string | Variable)[] = [];
  let end = 0;
  for (const found of source.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push(plain(source.slice(end, found.index)));
    const [key = "", fallback] = (found[1] ?? "").split(/,\s*/, 2);
    parts.push(
      key === "*" || key === "?" || key === "$" ? key : { key, fallback: fallback?.replace(/^'(.*)'$/, "$1") },
    );
    end = found.index + found[0].length;
  }
  return [...parts, plain(source.slice(end))];
};

export interface PatternOptions {
  /** `*` and `?` are wildcards. */
  readonly wildcards: boolean;
  /** Policy variables are replaced: only in policies of Version 2012-10-17. */
  readonly variables: boolean;
  readonly ignoreCase?: boolean;
}

/** Compiles one pattern. A variable that the request has no single value for makes it match nothing. */
export const compilePattern = (source: string, { wildcards, variables, ignoreCase }: PatternOptions): Matcher => {
  const cased = (text: string): string => (ignoreCase === true ? text.toLowerCase() : text);
  if (!variables || !source.includes("${")) {
    const matches = fixed(cased(wildcards ? withWildcards(source) : source));
    return ignoreCase === true ? (text) => matches(text.toLowerCase()) : matches;
  }
  const parts = parse(source, wildcards);
  return (text, lookup) => {
    let pattern = "";
    for (const part of parts) {
      if (typeof part === "string") pattern += part;
      else {
        const values = lookup(part.key);
        const value = values?.length === 1 ? values[0] : part.fallback;
        if (value === undefined) return false;
        pattern += value.replace(WILDCARDS, "");
      }
    }
    return glob(cased(pattern), cased(text));
  };
};

const arnParts = (arn: string): readonly string[] => {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
};

/** An ARN pattern: the first five parts are matched one by one, so that no wildcard reaches over a colon there. */
export const compileArn = (source: string, variables: boolean): Matcher => {
  // A variable may hold colons itself (`${aws:userid}`), so hide those of variables from the split.
  const hidden = source.replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(":", "\uE002"));
  const matchers = arnParts(hidden).map((part) =>
    compilePattern(part.replaceAll("\uE002", ":"), { wildcards: true, variables }),
  );
  return (text, lookup) => {
    const parts = arnParts(text);
    return text.split(":").length >= 6 && matchers.every((matches, index) => matches(parts[index] ?? "", lookup));
  };
};
