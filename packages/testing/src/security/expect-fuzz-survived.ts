import type { TestCloud } from "../open-cloud.ts";
import type { Target } from "./target.ts";
import { attempt, type Attempt, nameOf, type Route, routesOf, throwAll } from "./target.ts";
import { hostileRequest, type Random, seeded } from "./fuzz.ts";

export interface FuzzTarget extends Target {
  readonly cloud: TestCloud;
  /** Who asks, one of them each time: `[{}, { authorization: "Bearer …" }]`. */
  readonly callers: readonly [Readonly<Record<string, string>>, ...Readonly<Record<string, string>>[]];
  readonly seed?: number;
  /** Default 150; 5,000 with WARMSTART_FULL=1. */
  readonly cases?: number;
  /** operationIds that are left out, because of what they do to the others. */
  readonly except?: readonly string[];
}

export interface Fuzzed {
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Memory of a function's process, on average, after a fifth of the cases and at the end. */
  readonly rssBytes: readonly [number, number];
}

const AT_ONCE = 4;
const FULL_CASES = 5_000;
const CASES = 150;
/** A leak of 1 KB per request of a full run is over it. */
const MOST_GROWTH = 1.5;

interface Functions {
  readonly functions: readonly { readonly rssBytes: number; readonly environments: number }[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const rssOf = async (cloud: TestCloud): Promise<number> => {
  const { functions } = await cloud.ask<Functions>("GET", "/functions");
  const processes = sum(functions.map(({ environments }) => environments));
  return Math.round(sum(functions.map(({ rssBytes }) => rssBytes)) / Math.max(1, processes));
};

interface Shot {
  readonly route: Route;
  readonly request: Attempt;
  readonly number: number;
}

const aim = (random: Random, routes: readonly Route[], target: FuzzTarget, number: number): Shot => {
  const route = routes[Math.floor(random() * routes.length)] ?? routes[0];
  if (route === undefined) throw new Error("There is no route to fuzz");
  const caller = target.callers[Math.floor(random() * target.callers.length)] ?? {};
  const { headers, ...request } = hostileRequest(random, route, target);
  return { route, number, request: { ...request, headers: { ...headers, ...caller } } };
};

/**
 * Hostile bodies, queries, paths, headers and cursors on every route, the same for the same seed: none is answered with 5xx,
 * each answer is as openapi.json says, and memory stays flat. Answers what was answered.
 */
export const expectFuzzSurvived = async (target: FuzzTarget): Promise<Fuzzed> => {
  const { app, cloud, seed = 1, except = [] } = target;
  const cases = target.cases ?? (process.env["WARMSTART_FULL"] === "1" ? FULL_CASES : CASES);
  const routes = routesOf(app).filter(({ id }) => !except.includes(id));
  const random = seeded(seed);
  const statuses: Record<string, number> = {};
  const wrong: string[] = [];
  let early = 0;
  const fire = async ({ route, request, number }: Shot): Promise<void> => {
    const told = `case ${number} of seed ${seed}, ${nameOf(route)} ${JSON.stringify(request).slice(0, 600)}`;
    try {
      const { status } = await attempt(target, route, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 500) wrong.push(`${status} for ${told}`);
    } catch (error) {
      wrong.push(`${error instanceof Error ? error.message : String(error)} for ${told}`);
    }
  };
  for (let at = 0; at < cases && wrong.length < 10; at += AT_ONCE) {
    const shots = Array.from({ length: Math.min(AT_ONCE, cases - at) }, (_, i) => aim(random, routes, target, at + i));
    await Promise.all(shots.map(fire));
    if (early === 0 && at >= cases / 5) early = await rssOf(cloud);
  }
  const late = await rssOf(cloud);
  if (cases >= FULL_CASES && late > early * MOST_GROWTH)
    wrong.push(`a process grew from ${early} to ${late} bytes on average`);
  throwAll(`${app.service} does not survive`, wrong);
  return { statuses, rssBytes: [early, late] };
};
