import { commonError } from "../errors/app-error.ts";

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

const invalidQuery = (detail: string): Error => commonError("invalid-query", detail);
const shown = (name: string): string => name.slice(0, 64).replace(/[^\w.-]/g, "?");

/**
 * The query of a URL by name. Strict: a malformed or repeated parameter is 400 `invalid-query`, naming it. Not strict
 * (links that strangers decorate): the first value counts, what is malformed is left out.
 */
export const readQuery = (raw: string, strict: boolean): Readonly<Record<string, string>> => {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of raw ? raw.split("&") : []) {
    if (!pair) continue;
    const at = pair.indexOf("=");
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : decode(pair.slice(at + 1));
    if (name === undefined || value === undefined) {
      if (strict) throw invalidQuery(`The query parameter ${shown(name ?? pair)} is malformed`);
    } else if (name in query) {
      if (strict) throw invalidQuery(`The query parameter ${shown(name)} is repeated`);
    } else query[name] = value;
  }
  return query;
};
