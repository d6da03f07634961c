// What is kept between two nights, without DynamoDB's share of the time.
import * as v from "valibot";
import type { ForecastStore, HttpState } from "../src/forecast-store.ts";
import { RunId } from "../src/runs.ts";

export const RUN = v.parse(RunId, "2026-01-16");

interface MemoryStore extends ForecastStore {
  /** A night passes: everything may be asked for again. */
  readonly expire: () => void;
  readonly forget: () => void;
}

const nothing = async (): Promise<void> => {};

/** Remembers what providers said, and no forecast. */
export const memoryStore = (): MemoryStore => {
  const http = new Map<string, HttpState>();
  return {
    state: async (id) => {
      const met = http.get(id);
      if (met?.issuedAt === undefined) return { http: {} };
      return { http: { met }, latest: { issuedAt: met.issuedAt, stale: false } };
    },
    setHttp: async (id, _provider, state) => void http.set(id, state),
    addIssue: async () => true,
    addDays: nothing,
    setLatest: nothing,
    markStale: nothing,
    setResult: nothing,
    forget: () => http.clear(),
    expire: () => {
      for (const [id, state] of http) http.set(id, { ...state, expires: 0 });
    },
  };
};
