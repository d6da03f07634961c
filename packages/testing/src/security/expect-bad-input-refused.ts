import type { CallerTarget } from "./expect-server-fields-refused.ts";
import { type Attempt, attempt, nameOf, pathOf, type Route, routesOf, throwAll } from "./target.ts";

interface Case extends Attempt {
  readonly name: string;
  readonly statuses: readonly number[];
}

const TOO_LARGE = 1024 * 1024;
const DEEP = 10_000;

const bodyCases = ({ bodyType }: Route): readonly Case[] => {
  if (!bodyType?.includes("json")) return [];
  return [
    { name: "a body of 1 MB", body: JSON.stringify({ a: "x".repeat(TOO_LARGE) }), statuses: [413] },
    { name: "10,000 levels", body: `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`, statuses: [422] },
    { name: "10,000 levels of objects", body: `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`, statuses: [413, 422] },
    { name: "a list of 10,000", body: JSON.stringify(Array.from({ length: DEEP }, () => 1)), statuses: [422] },
    { name: "an empty body", body: "", statuses: [400] },
    { name: "half of a body", body: '{"a":', statuses: [400] },
    { name: "no UTF-8", body: Buffer.from([0x22, 0xff, 0x22]), statuses: [400] },
    { name: "half a character", body: String.raw`{"\ud800":1}`, statuses: [422] },
    { name: "a body of another type", body: "{}", headers: { "content-type": "text/plain" }, statuses: [415] },
    {
      name: "another charset",
      body: "{}",
      headers: { "content-type": `${bodyType}; charset=latin1` },
      statuses: [415],
    },
  ];
};

const queryCases = ({ parameters, operation, scheme }: Route, path: string): readonly Case[] => {
  if (operation.responses["400"]?.description?.includes("invalid-query") !== true) return []; // takes whatever comes
  const has = (name: string): boolean => parameters.some((each) => each.in === "query" && each.name === name);
  const refused = (query: string): Case => ({
    name: `?${query}`.slice(0, 60),
    path: `${path}?${query}`,
    statuses: [400],
  });
  const limits = ["0", "-1", "101", "1e9", "7.5", "abc", ""].map((limit) => refused(`limit=${limit}`));
  const cursors = ["x", "a.b", "x".repeat(513), "%00", "e30.e30"].map((cursor) => refused(`cursor=${cursor}`));
  return [
    refused("no-such-parameter=1"),
    ...(scheme === "iam" ? [] : [refused("limit=%zz")]), // nobody can sign that
    ...(has("limit") ? [...limits, refused("limit=1&limit=2")] : []),
    ...(has("cursor") ? cursors : []),
  ];
};

const badKey = (text: string): Case => ({
  name: `an Idempotency-Key of ${text.length}`,
  headers: { "idempotency-key": text },
  statuses: [400],
});

const badTag = (tag: string, status: number): Case => ({
  name: `If-Match: ${tag}`,
  headers: { "if-match": tag },
  statuses: [status, 404], // an object that is not there has no version to compare
});

const headerCases = ({ parameters }: Route): readonly Case[] => {
  const header = (name: string): boolean => parameters.some((each) => each.in === "header" && each.name === name);
  return [
    ...(header("Idempotency-Key")
      ? [badKey("short"), badKey("x".repeat(129)), badKey("with a blank"), badKey("ünïcödé")]
      : []),
    ...(header("If-Match") ? [badTag("v1", 400), badTag('W/"v1"', 412), badTag('"v1", "v2"', 400)] : []),
  ];
};

/**
 * OWASP API 4 and the table of bad input: bodies that are too large, too deep, broken or of another type, limits and cursors
 * out of bounds, unknown parameters, malformed keys and tags, on every route; `headers` are a caller's who may use each.
 */
export const expectBadInputRefused = async (target: CallerTarget): Promise<void> => {
  const wrong: string[] = [];
  for (const route of routesOf(target.app)) {
    const cases = [...bodyCases(route), ...queryCases(route, pathOf(route, target.path)), ...headerCases(route)];
    for (const { name, statuses, headers, ...parts } of cases) {
      const { status } = await attempt(target, route, { ...parts, headers: { ...target.headers, ...headers } });
      if (!statuses.includes(status)) wrong.push(`${nameOf(route)} answered ${status} to ${name}`);
    }
  }
  throwAll(`${target.app.service} takes bad input`, wrong);
};
