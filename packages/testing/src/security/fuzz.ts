// Requests that nobody would send, the same for the same seed.
import { type Document } from "../openapi/routes.ts";
import { propertiesOf } from "./sample.ts";
import { type Attempt, pathOf, type Route, sampleBody, type Target } from "./target.ts";

/** A number from 0 up to 1; mulberry32. */
export type Random = () => number;

export const seeded = (seed: number): Random => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const upTo = (random: Random, most: number): number => Math.floor(random() * most);
const pick = <T>(random: Random, from: readonly [T, ...T[]]): T => from[upTo(random, from.length)] ?? from[0];
const chance = (random: Random, share: number): boolean => random() < share;

const TEXTS = [
  "", " ", "null", "undefined", "0", "-1", "1e309", "NaN", "true", "[]", "{}", "../../etc/passwd", "%00", "%2e%2e%2f", "a\u0000b",
  "\u202egnp.exe", "\ud800", "\ufeff", "'; DROP TABLE users;--", "${jndi:ldap://x}", "{{7*7}}", "<script>alert(1)</script>",
  "__proto__", "constructor", "toString", "hasOwnProperty", "$where", "P#1", "L#a", "#", "/", "\\", "*", "🦊".repeat(20), "x".repeat(300),
  "2026-02-30T25:61:61Z", "9".repeat(40), "0x1F", "١٢٣", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "javascript:1",
] as const; // prettier-ignore

const NUMBERS = [0, -0, -1, 0.1, 1e21, -1e21, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE, 101, 1e6] as const;

const randomText = (random: Random): string => {
  if (chance(random, 0.7)) return pick(random, TEXTS);
  return Array.from({ length: upTo(random, 40) }, () => String.fromCodePoint(upTo(random, 0x2fff))).join("");
};

const randomValue = (random: Random, depth = 0): unknown => {
  const kind = upTo(random, depth > 4 ? 4 : 6);
  if (kind === 0) return pick<unknown>(random, [null, true, false]);
  if (kind === 1) return pick<number>(random, NUMBERS);
  if (kind <= 3) return randomText(random);
  const some = Array.from({ length: upTo(random, 5) }, () => randomValue(random, depth + 1));
  return kind === 4 ? some : Object.fromEntries(some.map((value) => [randomText(random), value]));
};

/** A right body with some of it exchanged for something else. */
const nearlyRight = (random: Random, right: unknown, known: readonly string[]): unknown => {
  if (typeof right !== "object" || right === null) return randomValue(random);
  const names = [...Object.keys(right), ...known, randomText(random)];
  const changed = { ...right } as Record<string, unknown>; // a JSON object
  for (let changes = 1 + upTo(random, 3); changes > 0; changes--) {
    const name = names[upTo(random, names.length)] ?? "";
    const inner = changed[name];
    if (chance(random, 0.2)) delete changed[name];
    else changed[name] = chance(random, 0.4) ? nearlyRight(random, inner, []) : randomValue(random);
  }
  return changed;
};

const randomBytes = (random: Random): Buffer =>
  Buffer.from(Array.from({ length: upTo(random, 200) }, () => upTo(random, 256)));

const randomBody = (random: Random, right: unknown, schema: object, document: Document): unknown => {
  const kind = random();
  if (kind < 0.6) return JSON.stringify(nearlyRight(random, right, Object.keys(propertiesOf(schema, document))));
  if (kind < 0.8) return JSON.stringify(randomValue(random));
  if (kind < 0.9) return randomBytes(random);
  const text = JSON.stringify(right) ?? "{}";
  return text.slice(0, upTo(random, text.length));
};

/** Some are echoed and logged, so none of them is a text that stands for a secret elsewhere. */
const REQUEST_IDS = ["r", "r-12345678", "r".repeat(65), "r 12345678", "r\t12345678", "r-é2345678"] as const;

/** What Node sends in a header: everything else its own client refuses. */
const headerText = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, 200);

const HEADERS = ["if-match", "if-none-match", "idempotency-key", "x-request-id", "content-type", "accept", "accept-encoding", "origin", "range", "expect-ct", "x-forwarded-for", "x-http-method-override", "cookie", "x-amzn-trace-id"] as const; // prettier-ignore

const tagLike = (random: Random): string =>
  pick(random, ['"v1"', 'W/"v1"', '"v999999999999999"', '"v-1"', '"', "*", '"v1", "v2"']);

const randomHeaders = (random: Random): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: upTo(random, 3) }, () => {
      const name = pick(random, HEADERS);
      const isTag = chance(random, 0.5) && name.startsWith("if-");
      if (name === "x-request-id") return [name, pick(random, REQUEST_IDS)];
      const text = isTag ? tagLike(random) : randomText(random);
      return [name, headerText(text)];
    }),
  );

const cursorLike = (random: Random): string =>
  `${Buffer.from(JSON.stringify(randomValue(random)) ?? "").toString("base64url")}.${randomBytes(random).toString("base64url")}`;

/** Now and then malformed, but on routes that ask for a signature: nobody can sign that. */
const escaped = (random: Random, text: string, { scheme }: Route): string =>
  scheme === "iam" || chance(random, 0.9) ? encodeURIComponent(text.toWellFormed()) : "%zz";

const randomQuery = (random: Random, route: Route): string => {
  const { parameters } = route;
  const known = parameters.filter((each) => each.in === "query").map(({ name }) => name);
  const pairs = Array.from({ length: upTo(random, 4) }, () => {
    const name =
      chance(random, 0.8) && known.length > 0 ? (known[upTo(random, known.length)] ?? "") : randomText(random);
    const value = name === "cursor" && chance(random, 0.5) ? cursorLike(random) : randomText(random);
    return `${escaped(random, name, route)}=${escaped(random, value, route)}`;
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
};

/** One hostile request to the route; about a third of its parts are right, so that it comes far. */
export const hostileRequest = (random: Random, route: Route, { path: values, bodies }: Target): Attempt => {
  const segments = pathOf(route, values).split("/");
  const templates = route.path.split("/");
  const path = segments
    .map((segment, index) => {
      const isVariable = templates[index]?.startsWith("{") === true;
      return isVariable && chance(random, 0.3) ? escaped(random, randomText(random), route) || "a" : segment;
    })
    .join("/");
  const { bodySchema, document } = route;
  const right = sampleBody(route, bodies);
  const isRight = bodySchema === undefined || chance(random, 0.2);
  return {
    path: path + (chance(random, 0.35) ? randomQuery(random, route) : ""),
    headers: randomHeaders(random),
    ...(!isRight && { body: randomBody(random, right, bodySchema, document) }),
  };
};
