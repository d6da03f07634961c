// The plan of a night: which locations are still to be fetched, and when within the spread each is.
import type { Log, Metrics } from "@warmstart/middleware";
import type { Config, Location } from "./config.ts";
import type { RunStore } from "./forecast-store.ts";
import { learnedOf } from "./learned.ts";
import { providersOf } from "./providers.ts";
import { type FetchTask, isComplete, type Run, RunId } from "./runs.ts";
import * as v from "valibot";
import { localDate } from "./zone.ts";

export interface Delayed {
  readonly task: FetchTask;
  readonly delaySeconds: number;
}

export interface PlanPorts {
  readonly config: Config;
  readonly runs: RunStore;
  /** Rejects unless all were taken. */
  readonly send: (tasks: readonly Delayed[]) => Promise<void>;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface PlanOptions {
  /** When the schedule was due, ISO 8601. */
  readonly time: string;
  /** Of the schedule. */
  readonly zone: string;
  readonly spreadSeconds: number;
  readonly random?: () => number;
}

/** So long after its plan a run should be over. */
const OVER_AFTER_MS = 60 * 60_000;

const isDone = ({ results }: Run, { id }: Location): boolean =>
  results.some(({ locationId, outcome }) => locationId === id && (outcome === "ok" || outcome === "unchanged"));

/** The locations of which no provider may be asked before the spread is over; they get a result that says so. */
const splitByLeave = async ({ config, runs }: PlanPorts, open: readonly Location[], until: number) => {
  const wanted = open.map((location) => ({ id: location.id, providers: providersOf(location, config), location }));
  const states = await runs.httpStates(wanted);
  const isBarred = ({ id, providers, location }: (typeof wanted)[number]): boolean => {
    const learned = learnedOf(location, states.get(id) ?? {});
    return providers.every((provider) => (learned[provider]?.nextAllowedAt ?? 0) > until);
  };
  const { barred = [], allowed = [] } = Object.groupBy(wanted, (each) => (isBarred(each) ? "barred" : "allowed"));
  return { barred: barred.map(({ id }) => id), allowed: allowed.map(({ id }) => id) };
};

/**
 * Sends a task for each location that has no forecast of this night. May come any number of times: what is done stays
 * done, and a task that was sent before does nothing a second time.
 */
export const planRun = async (
  ports: PlanPorts,
  { time, zone, spreadSeconds, random = Math.random }: PlanOptions,
): Promise<void> => {
  const { config, runs, metrics, log } = ports;
  const due = Date.parse(time);
  const runId = v.parse(RunId, localDate(due, zone));
  const run = await runs.open(runId, config.locations.length, new Date(due).toISOString());
  if (due - Date.parse(run.plannedAt) >= OVER_AFTER_MS) metrics.add("run_complete", isComplete(run) ? 1 : 0);
  const open = config.locations.filter((location) => !isDone(run, location));
  const { barred, allowed } = await splitByLeave(ports, open, Date.now() + spreadSeconds * 1000);
  for (const locationId of barred)
    await runs.setResult(runId, {
      locationId,
      outcome: "skipped",
      fallback: false,
      reason: "no provider may be asked yet",
    });
  const tried = new Set(run.results.flatMap(({ locationId, outcome }) => (outcome === "failed" ? [locationId] : [])));
  // Each at random within a share of its own: chance alone would now and then send many at once.
  const share = spreadSeconds / allowed.length;
  await ports.send(
    allowed.map((locationId, at) => ({
      task: { runId, locationId, ...(tried.has(locationId) && { again: true }) },
      delaySeconds: Math.floor((at + random()) * share),
    })),
  );
  log.info("run planned", { run: runId, planned: run.planned, sent: allowed.length, skipped: barred.length });
};
