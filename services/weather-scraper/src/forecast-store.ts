// What is kept of forecasts and runs, as ports; src/dynamo-{forecasts,runs,reader}.ts are the table behind them.
import type { LocationId } from "./config.ts";
import type { DailyRow, Provider, Step } from "./forecast.ts";
import type { Result, Run, RunId } from "./runs.ts";

/** What was learned from the last request to a provider for a location. Instants in ms since 1970. */
export interface HttpState {
  /** Byte for byte as the server wrote it. */
  readonly lastModified?: string | undefined;
  /** Before this nothing is asked. */
  readonly expires?: number | undefined;
  /** Before this the provider does not want to hear of us. */
  readonly nextAllowedAt?: number | undefined;
  /** In a row. */
  readonly failures: number;
  /** Of the forecast that this provider gave last. */
  readonly issuedAt?: string | undefined;
  /** SHA-256 of the values, where a provider tells no issue time. */
  readonly valuesHash?: string | undefined;
  readonly grid?: NwsGrid | undefined;
  /** Which it is of; see learned.ts. */
  readonly place?: string | undefined;
  /** False: the provider has said that it does not serve this place. */
  readonly covered?: boolean | undefined;
}

/** The grid cell of a place. */
export interface NwsGrid {
  readonly wfo: string;
  readonly x: number;
  readonly y: number;
  readonly checkedAt: number;
}

/** The newest forecast of a location, by days. */
export interface Latest {
  readonly provider: Provider;
  readonly issuedAt: string;
  readonly fetchedAt: string;
  readonly stale: boolean;
  readonly staleReason?: string | undefined;
  readonly days: readonly DailyRow[];
}

export interface LocationState {
  readonly http: Readonly<Partial<Record<Provider, HttpState>>>;
  readonly latest?: Pick<Latest, "issuedAt" | "stale"> | undefined;
}

export interface NewForecast {
  readonly locationId: LocationId;
  readonly runId: RunId;
  readonly provider: Provider;
  readonly issuedAt: string;
  readonly fetchedAt: string;
  readonly steps: readonly Step[];
  readonly days: readonly DailyRow[];
}

/** How the forecast for a day looked when it was issued. */
export interface DayIssue extends DailyRow {
  readonly provider: Provider;
  readonly issuedAt: string;
}

/** What `fetch` needs. Every write may be repeated. */
export interface ForecastStore {
  readonly state: (id: LocationId) => Promise<LocationState>;
  /** The steps of an issue, as it came last. False when it was there from another run. */
  readonly addIssue: (forecast: NewForecast) => Promise<boolean>;
  readonly addDays: (forecast: NewForecast) => Promise<void>;
  /** Shown from now on, unless a newer one is. */
  readonly setLatest: (forecast: NewForecast) => Promise<void>;
  /** Of this issue only: another delivery may have found a newer one. No reason: it is not stale any more. */
  readonly markStale: (id: LocationId, issuedAt: string, reason: string | undefined) => Promise<void>;
  readonly setHttp: (id: LocationId, provider: Provider, state: HttpState) => Promise<void>;
  readonly setResult: (runId: RunId, result: Result) => Promise<void>;
}

/** What `plan` needs. */
export interface RunStore {
  /** Notes the run unless it is there; answers it with its results. */
  readonly open: (runId: RunId, planned: number, now: string) => Promise<Run>;
  readonly setResult: ForecastStore["setResult"];
  /** By location, of all its providers. */
  readonly httpStates: (
    wanted: readonly { readonly id: LocationId; readonly providers: readonly Provider[] }[],
  ) => Promise<ReadonlyMap<LocationId, LocationState["http"]>>;
}

/** What the HTTP API reads. */
export interface ForecastReader {
  readonly latest: (id: LocationId) => Promise<Latest | undefined>;
  readonly steps: (id: LocationId, issue: Pick<Latest, "provider" | "issuedAt">) => Promise<readonly Step[]>;
  /** By valid date, then by issue time; `after` is what `next` was. */
  readonly history: (
    id: LocationId,
    page: { readonly validDate?: string | undefined; readonly limit: number; readonly after?: string | undefined },
  ) => Promise<{ readonly rows: readonly DayIssue[]; readonly next?: string | undefined }>;
  readonly run: (runId: RunId) => Promise<Run | undefined>;
}
