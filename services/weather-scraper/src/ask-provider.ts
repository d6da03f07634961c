// One provider asked for one place: what it says of the weather, or why it says nothing; and what to remember of it.
import { hash } from "node:crypto";
import { assertAhead, assertRecent } from "./age.ts";
import type { Location } from "./config.ts";
import type { HttpState, NwsGrid } from "./forecast-store.ts";
import { Broken, type Provider, type Reading } from "./forecast.ts";
import { metPath } from "./met.ts";
import { gridPath, periodsPath, pointsPath, readPoints } from "./nws.ts";
import { openMeteoPath } from "./open-meteo.ts";
import { unasked, type Body, type PoliteAnswer, type PoliteFetch } from "./polite-fetch.ts";
import { addressOf } from "./providers.ts";
import { parseBody, readBody } from "./read-body.ts";
import { HOUR_MS, instant } from "./reading.ts";

export interface Asking {
  readonly politeFetch: PoliteFetch;
  /** In place of the providers' hosts; empty for those. */
  readonly base: string;
  readonly rps: Readonly<Record<Provider, number>>;
  readonly signal: AbortSignal;
}

type Issue = Reading & { readonly issuedAt: string };

/** `http` is what to remember; undefined: nothing has changed. */
export type ProviderAnswer =
  /** What we have is still its latest. */
  | { readonly kind: "current"; readonly how: "fresh" | "304" | "same"; readonly http?: HttpState | undefined }
  | {
      readonly kind: "issue";
      readonly issue: Issue;
      readonly raw: string;
      readonly deprecated: boolean;
      readonly http: HttpState;
    }
  | NoAnswer;

export interface NoAnswer {
  readonly kind: "none";
  readonly reason: string;
  readonly http?: HttpState | undefined;
  /** The provider said when to come again. */
  readonly retryAt?: number | undefined;
  /** A body that was no forecast. */
  readonly rejected?: string | undefined;
  /** It does not want us: user agent or coordinates are wrong. */
  readonly refused: boolean;
}

const DAY_MS = 24 * HOUR_MS;
const GRID_MS = 30 * DAY_MS;
const NEVER: HttpState = { failures: 0 };

/** Who tells no issue time is taken to have issued in this hour. */
const thisHour = (): string => instant(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);

const REASON_LENGTH = 200;

/** Reasons quote whatever came; they are kept, logged and shown. */
const printable = (text: string): string =>
  text
    .replaceAll(/[\p{C}\p{Z}]+/gu, " ")
    .slice(0, REASON_LENGTH)
    .trim()
    .toWellFormed(); // half of a pair may be left at the end

const none = (reason: string, state: HttpState, more: Partial<NoAnswer> = {}): NoAnswer => ({
  kind: "none",
  reason: printable(reason),
  refused: false,
  http: { ...state, failures: state.failures + 1 },
  ...more,
});

/** Left alone until then: not asked, and not waited for by asking. */
const noneUntil = (at: number, reason: string, state: HttpState, more: Partial<NoAnswer> = {}): NoAnswer => {
  const { http, ...told } = none(reason, { ...state, nextAllowedAt: at }, { retryAt: at, ...more });
  return { ...told, ...(at !== state.nextAllowedAt && { http }) };
};

/** What is kept, when there is nothing newer: for days, that is no good either. */
const assertKept = (provider: Provider, { issuedAt }: HttpState): void => {
  if (issuedAt !== undefined) assertRecent(provider, issuedAt);
};

/** After a refusal the provider is left alone for a day: asking again would make it worse. */
const unanswered = (answer: Exclude<PoliteAnswer, Body>, state: HttpState, provider: Provider): ProviderAnswer => {
  switch (answer.kind) {
    case "fresh":
      assertKept(provider, state);
      return { kind: "current", how: "fresh" };
    case "notModified": {
      if (state.lastModified === undefined) throw new Broken("304 where nothing was said to be known");
      assertKept(provider, state);
      const { nextAllowedAt: _over, ...known } = state;
      return { kind: "current", how: "304", http: { ...known, expires: answer.expires, failures: 0 } };
    }
    case "retryLater":
      return noneUntil(answer.at, answer.reason, state);
    case "broken": {
      const { reason, status = 500 } = answer;
      const isRefusal = status >= 400 && status < 500;
      return isRefusal ? noneUntil(Date.now() + DAY_MS, reason, state, { refused: true }) : none(reason, state);
    }
    default:
      return answer satisfies never;
  }
};

const answered = (
  provider: Provider,
  { body, lastModified, expires, deprecated }: Body,
  state: HttpState,
): ProviderAnswer => {
  const reading = readBody(provider, body);
  const valuesHash = reading.issuedAt === undefined ? hash("sha256", JSON.stringify(reading.steps)) : undefined;
  const issuedAt = reading.issuedAt ?? thisHour();
  assertRecent(provider, issuedAt);
  assertAhead(reading.steps);
  const http: HttpState = { lastModified, expires, failures: 0, issuedAt, valuesHash, grid: state.grid };
  if (valuesHash !== undefined && valuesHash === state.valuesHash)
    return { kind: "current", how: "same", http: { ...http, issuedAt: state.issuedAt } };
  return { kind: "issue", issue: { ...reading, issuedAt }, raw: body, deprecated, http };
};

const judged = (provider: Provider, answer: PoliteAnswer, state: HttpState): ProviderAnswer => {
  try {
    return answer.kind === "body" ? answered(provider, answer, state) : unanswered(answer, state, provider);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    // Without validators the next request brings a whole body again.
    const { lastModified: _old, expires: _until, ...known } = state;
    return none(error.message, known, answer.kind === "body" ? { rejected: answer.body } : {});
  }
};

/** In place of the grid: its Last-Modified is not the grid's, which is asked again, and goes on failing until it answers. */
const judgedPeriods = (answer: PoliteAnswer, { lastModified: _grid, ...state }: HttpState): ProviderAnswer => {
  const told = judged("nws", answer.kind === "body" ? { ...answer, lastModified: undefined } : answer, state);
  return told.kind === "issue" ? { ...told, http: { ...told.http, failures: state.failures + 1 } } : told;
};

type Get = (path: string, state?: HttpState) => Promise<PoliteAnswer>;

const isStatus = (answer: PoliteAnswer, is: (status: number) => boolean): boolean =>
  answer.kind === "broken" && answer.status !== undefined && is(answer.status);

/** The cell of a place: from memory for 30 days, else asked for. */
const gridOf = async (location: Location, state: HttpState, get: Get): Promise<NwsGrid | NoAnswer> => {
  if (state.grid !== undefined && Date.now() - state.grid.checkedAt < GRID_MS) return state.grid;
  const answer = await get(pointsPath(location));
  if (isStatus(answer, (status) => status === 404)) {
    const until = Date.now() + GRID_MS;
    return noneUntil(until, "does not serve this place", { failures: 0, covered: false });
  }
  if (answer.kind !== "body") {
    const told = judged("nws", answer, state);
    return told.kind === "none" ? told : none("no body for the place", state);
  }
  try {
    return { ...readPoints(parseBody(answer.body)), checkedAt: Date.now() };
  } catch (error) {
    if (error instanceof Broken) return none(error.message, state, { rejected: answer.body });
    throw error;
  }
};

/** NWS answers in two steps: the grid cell of the place, then the cell's forecast. */
const askNws = async (location: Location, state: HttpState, get: Get): Promise<ProviderAnswer> => {
  const early = unasked(state);
  if (early !== undefined) return judged("nws", early, state);
  const grid = await gridOf(location, state, get);
  if ("kind" in grid) return grid;
  const isSameCell = state.grid !== undefined && gridPath(state.grid) === gridPath(grid);
  const known = { ...state, grid, ...(!isSameCell && { lastModified: undefined }) };
  const answer = await get(gridPath(grid), known);
  if (isStatus(answer, (status) => status === 404) && grid === state.grid) {
    // Offices redraw their grids.
    return askNws(location, { ...state, grid: undefined }, get);
  }
  if (isStatus(answer, (status) => status >= 500) && state.failures > 0) {
    // Grids have failed for twelve days while the written forecast was there: https://github.com/weather-gov/api/issues/160
    const periods = await get(periodsPath(grid));
    if (periods.kind !== "broken" || (periods.status ?? 500) < 500) return judgedPeriods(periods, known);
  }
  return judged("nws", answer, known);
};

/** Asks one provider; rejects only for a fault of ours. */
export const askProvider = async (
  provider: Provider,
  location: Location,
  { state = NEVER, ...asking }: Asking & { readonly state?: HttpState | undefined },
): Promise<ProviderAnswer> => {
  const { politeFetch, base, rps, signal } = asking;
  const get: Get = (path, known) =>
    politeFetch({ url: addressOf(provider, base, path), state: known, server: provider, rps: rps[provider], signal });
  if (provider === "nws") return askNws(location, state, get);
  const path = provider === "met" ? metPath(location) : openMeteoPath(location);
  return judged(provider, await get(path, state), state);
};
