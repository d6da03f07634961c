// What tests tell a service in confidence, and whether a log line repeats it.
import type { HttpRequest } from "./http-client.ts";

export interface Secrets {
  readonly plant: (...texts: readonly string[]) => void;
  /** Each planted text that a line holds, with the line: none, one hopes. */
  readonly leaks: (lines: readonly string[]) => readonly string[];
}

/** Shorter ones stand in lines by chance. */
const SHORTEST = 6;
/** So long a body is nobody else's text. */
const SHORTEST_BODY = 40;

/** Keeps a fuzzed run from searching for ever. */
const MOST = 2_000;
/** As deep as the wrapper reads a body. */
const DEEPEST = 64;

const EMAIL = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;
const LONGEST_EMAIL = 254;
const SECRET_NAME = /password|secret|token/i;

/** Texts as they are, and as they look inside a JSON string. */
const spellings = (text: string): readonly string[] => [...new Set([text, JSON.stringify(text).slice(1, -1)])];

export const createSecrets = (): Secrets => {
  const planted = new Set<string>();
  return {
    plant: (...texts) => {
      for (const text of texts) if (text.length >= SHORTEST && planted.size < MOST) planted.add(text);
    },
    leaks: (lines) => {
      const all = lines.join("\n");
      return [...planted].flatMap((text) => {
        const written = spellings(text).find((spelling) => all.includes(spelling));
        if (written === undefined) return [];
        const line = lines.find((each) => each.includes(written)) ?? "";
        return [`${JSON.stringify(text)} in the line ${line.slice(0, 500)}`];
      });
    },
  };
};

const secretHeaders = (headers: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.entries(headers).flatMap(([name, value = ""]) => {
    switch (name.toLowerCase()) {
      case "authorization":
        return [value.replace(/^\w+ /, "")];
      case "cookie":
      case "x-api-key":
        return [value];
      case "x-forwarded-for":
        return value.split(/,\s*/);
      default:
        return [];
    }
  });

/** Strings under names like `password` or `paymentToken`. */
const secretMembers = (value: unknown, name = "", depth = 0): readonly string[] => {
  if (typeof value === "string") return SECRET_NAME.test(name) ? [value] : [];
  if (typeof value !== "object" || value === null || depth > DEEPEST) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, member]) => secretMembers(member, isList ? name : key, depth + 1));
};

const fieldsOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
};

const textOf = (body: unknown): string => {
  if (body === undefined) return "";
  return typeof body === "string" || Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
};

/** Cut at what no address holds first: searched as it is, a text of 1 MB would take the square of that. */
const emailsIn = (text: string): readonly string[] =>
  text.split(/[^\w.+@-]+/).filter((word) => word.length <= LONGEST_EMAIL && EMAIL.test(word));

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** What of a request no log may hold: credentials, e-mail and IP addresses, passwords and tokens, the body. */
export const secretsOf = (
  path: string,
  { headers = {}, body }: Pick<HttpRequest, "headers" | "body"> = {},
): readonly string[] => {
  const text = textOf(body);
  return [
    ...secretHeaders(headers),
    ...emailsIn(`${decoded(path)} ${text}`),
    ...secretMembers(fieldsOf(text)),
    ...(text.length >= SHORTEST_BODY ? [text] : []),
  ];
};
