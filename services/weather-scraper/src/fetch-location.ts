// What one message of the queue is for: the forecast of one place, fetched, kept and reported.
import type { Log, Metrics } from "@warmstart/middleware";
import type { Asking } from "./ask-provider.ts";
import type { Config, Location, LocationId } from "./config.ts";
import { daysOf } from "./daily.ts";
import type { ForecastStore, NewForecast } from "./forecast-store.ts";
import type { Provider } from "./forecast.ts";
import { learnedOf, placeOf, withoutIssues } from "./learned.ts";
import { askProviders, type ChainAnswer } from "./provider-chain.ts";
import { providersOf } from "./providers.ts";
import type { FetchTask, Outcome, RunId } from "./runs.ts";

/** Bodies as they came, under `raw/` or `rejected/`. */
export type KeepRaw = (kind: "raw" | "rejected", of: RawBody) => Promise<void>;

export interface RawBody {
  readonly provider: Provider;
  readonly locationId: LocationId;
  /** When it was issued; of what is no forecast, when it came. */
  readonly at: string;
  readonly runId: RunId;
  readonly fetchedAt: string;
  readonly body: string;
}

export interface FetchPorts {
  readonly config: Config;
  readonly store: ForecastStore;
  readonly keepRaw: KeepRaw;
  readonly asking: Asking;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** `retryAt`: ms since 1970, where a provider says when to come again. */
export type Fetched =
  | { readonly ok: true; readonly outcome: Outcome }
  | { readonly ok: false; readonly reason: string; readonly retryAt?: number | undefined };

/** After this the queue gives a message back by itself: its VisibilityTimeout in resources.yml. */
const USUAL_WAIT_MS = 1_080_000;
/** SQS hides a message for 12 hours at most; who is off for longer is not waited for. */
const LONGEST_WAIT_MS = 12 * 3_600_000;

/** When the first of them can be asked again; undefined: no sooner or later than the queue's own time. */
const retryAtOf = (failures: ChainAnswer["failures"]): number | undefined => {
  const waits = failures.map(({ retryAt }) => (retryAt === undefined ? USUAL_WAIT_MS : retryAt - Date.now()));
  const wait = Math.min(...waits);
  return wait === USUAL_WAIT_MS || wait > LONGEST_WAIT_MS ? undefined : Date.now() + wait;
};

const now = (): string => new Date().toISOString();

const noteFailures = async (
  { store, keepRaw, metrics, log }: FetchPorts,
  { runId, locationId }: FetchTask,
  { failures, place }: Pick<ChainAnswer, "failures"> & { readonly place: string },
): Promise<void> => {
  for (const { provider, reason, http, refused, rejected, serves } of failures) {
    if (serves) {
      metrics.by({ provider }).add("fetch_error", 1);
      log.warn("no forecast", { provider, location: locationId, reason });
    }
    // Without the provider as a dimension: the alarm is for all of them.
    if (refused) metrics.add("provider_refused", 1);
    const at = now();
    if (rejected !== undefined)
      await keepRaw("rejected", { provider, locationId, runId, at, fetchedAt: at, body: rejected });
    if (http !== undefined) await store.setHttp(locationId, provider, { ...http, place });
  }
};

type Kept = Extract<NonNullable<ChainAnswer["found"]>["answer"], { kind: "issue" }>;

/** Of an issue: what came, what readers could not make sense of, and how old it is. */
const measure = ({ metrics, log }: FetchPorts, provider: Provider, { issue, raw, deprecated }: Kept): void => {
  const { issuedAt, unknownCodes, outOfRange } = issue;
  const by = metrics.by({ provider });
  by.add("fetch_200", 1);
  by.add("bytes_in", Buffer.byteLength(raw), "Bytes");
  by.add("forecast_age_s", (Date.now() - Date.parse(issuedAt)) / 1000, "Seconds");
  if (unknownCodes.length > 0) {
    by.add("unknown_code", unknownCodes.length);
    log.warn("codes that no table knows", { provider, codes: unknownCodes.slice(0, 10) });
  }
  if (outOfRange > 0) by.add("out_of_range", outOfRange);
  if (deprecated) log.warn("203: this version of the provider's API will go away", { provider });
};

/** What is there already is written once more: the next delivery heals a crash anywhere. */
const keepIssue = async (
  ports: FetchPorts,
  { id, timeZone }: Location,
  kept: { runId: RunId; provider: Provider; answer: Kept },
): Promise<Outcome> => {
  const { runId, provider, answer } = kept;
  measure(ports, provider, answer);
  const { issuedAt, steps } = answer.issue;
  const days = daysOf(steps, timeZone);
  const forecast: NewForecast = { locationId: id, runId, provider, issuedAt, fetchedAt: now(), steps, days };
  const { fetchedAt } = forecast;
  await ports.keepRaw("raw", { provider, locationId: id, runId, at: issuedAt, fetchedAt, body: answer.raw });
  const isNew = await ports.store.addIssue(forecast);
  await ports.store.addDays(forecast);
  await ports.store.setLatest(forecast);
  return isNew ? "ok" : "unchanged";
};

/** Fetches one location of a run. What is known already stays when nobody answers; it is then marked as stale. */
export const fetchLocation = async (ports: FetchPorts, { runId, locationId }: FetchTask): Promise<Fetched> => {
  const { config, store, asking, metrics } = ports;
  const location = config.locations.find(({ id }) => id === locationId);
  if (location === undefined) {
    const gone = { locationId, outcome: "skipped", fallback: false, reason: "no longer in locations.json" } as const;
    await store.setResult(runId, gone);
    return { ok: true, outcome: "skipped" };
  }
  const state = await store.state(locationId);
  const { latest } = state;
  const learned = learnedOf(location, state.http);
  const http = latest === undefined ? withoutIssues(learned) : learned;
  const chain = await askProviders(providersOf(location, config), location, { ...asking, http });
  const { found, fallback, failures } = chain;
  const place = placeOf(location);
  await noteFailures(ports, { runId, locationId }, { failures, place });
  if (found === undefined) {
    const reason = failures.map((failure) => `${failure.provider}: ${failure.reason}`).join("; ");
    if (latest !== undefined) await store.markStale(locationId, latest.issuedAt, reason);
    await store.setResult(runId, { locationId, outcome: "failed", fallback, reason });
    return { ok: false, reason, retryAt: retryAtOf(failures) };
  }
  const { provider, answer } = found;
  if (fallback) metrics.by({ provider }).add("fallback_used", 1);
  let outcome: Outcome = "unchanged";
  if (answer.kind === "issue") outcome = await keepIssue(ports, location, { runId, provider, answer });
  else {
    metrics
      .by({ provider })
      .add(answer.how === "fresh" ? "skipped_fresh" : answer.how === "304" ? "fetch_304" : "fetch_200", 1);
    if (latest?.stale === true) await store.markStale(locationId, latest.issuedAt, undefined);
  }
  await store.setResult(runId, { locationId, outcome, provider, fallback });
  // Last of all: it lets the next delivery ask less, which then heals nothing.
  if (answer.http !== undefined) await store.setHttp(locationId, provider, { ...answer.http, place });
  return { ok: true, outcome };
};
