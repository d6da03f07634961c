// The table of forecasts in memory: what src/dynamo-forecasts.ts does, without DynamoDB.
import type { LocationId } from "../src/config.ts";
import type { ForecastStore, HttpState, Latest, NewForecast } from "../src/forecast-store.ts";
import type { Provider } from "../src/forecast.ts";
import { OUTCOMES, type Result, type RunId } from "../src/runs.ts";

export interface MemoryForecasts extends ForecastStore {
  readonly latest: (id: LocationId) => Latest | undefined;
  readonly issue: (id: LocationId, of: Pick<Latest, "provider" | "issuedAt">) => NewForecast | undefined;
  readonly result: (runId: RunId, id: LocationId) => Result | undefined;
}

const key = (id: LocationId, { provider, issuedAt }: Pick<Latest, "provider" | "issuedAt">): string =>
  `${id} ${provider} ${issuedAt}`;
const rank = (outcome: Result["outcome"]): number => OUTCOMES.indexOf(outcome);

export const memoryForecasts = (): MemoryForecasts => {
  const issues = new Map<string, NewForecast>();
  const shown = new Map<LocationId, Latest>();
  const http = new Map<LocationId, Partial<Record<Provider, HttpState>>>();
  const results = new Map<string, Result>();
  return {
    latest: (id) => shown.get(id),
    issue: (id, of) => issues.get(key(id, of)),
    result: (runId, id) => results.get(`${runId} ${id}`),

    state: async (id) => {
      const { issuedAt, stale } = shown.get(id) ?? {};
      const latest = issuedAt === undefined || stale === undefined ? undefined : { issuedAt, stale };
      return { http: { ...http.get(id) }, latest };
    },
    addIssue: async (forecast) => {
      const name = key(forecast.locationId, forecast);
      const known = issues.get(name);
      const { runId } = known ?? forecast;
      issues.set(name, { ...forecast, runId });
      return runId === forecast.runId;
    },
    addDays: async () => {},
    setLatest: async ({ locationId, runId: _run, steps: _steps, ...latest }) => {
      const known = shown.get(locationId);
      if (known === undefined || known.stale || known.issuedAt <= latest.issuedAt)
        shown.set(locationId, { ...latest, stale: false });
    },
    markStale: async (id, issuedAt, reason) => {
      const known = shown.get(id);
      if (known?.issuedAt !== issuedAt) return;
      const { staleReason: _old, ...rest } = known;
      shown.set(id, { ...rest, stale: reason !== undefined, ...(reason !== undefined && { staleReason: reason }) });
    },
    setHttp: async (id, provider, state) => void http.set(id, { ...http.get(id), [provider]: state }),
    setResult: async (runId, result) => {
      const name = `${runId} ${result.locationId}`;
      if (rank(results.get(name)?.outcome ?? "skipped") <= rank(result.outcome)) results.set(name, result);
    },
  };
};
