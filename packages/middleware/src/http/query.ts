// The query of a URL, read strictly or leniently.
import { commonError } from "../errors/app-error.ts";

type Query = Readonly<Record<string, string>>;

const emptyQuery = (): Record<string, string> => Object.create(null) as Record<string, string>;

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

const shown = (name: string): string => name.slice(0, 64).replace(/[^\w.-]/g, "?");

const refuse = (name: string, what: string): never => {
  throw commonError("invalid-query", `Query parameter ${shown(name)} is ${what}`);
};

/** The query of a URL by name: a malformed or repeated parameter is 400 `invalid-query`, naming it. */
export const strictQuery = (raw = ""): Query => {
  const query = emptyQuery();
  for (const pair of raw ? raw.split("&") : []) {
    const at = pair.indexOf("=");
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : decode(pair.slice(at + 1));
    if (name === undefined || value === undefined) return refuse(name ?? pair, "malformed");
    if (name in query) refuse(name, "repeated");
    query[name] = value;
  }
  return query;
};

/** For links that strangers decorate: the first value counts, nothing is refused. */
export const lenientQuery = (raw = ""): Query => {
  const query = emptyQuery();
  for (const [name, value] of raw ? new URLSearchParams(raw) : []) query[name] ??= value;
  return query;
};
