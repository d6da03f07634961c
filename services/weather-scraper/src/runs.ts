// A run: one night's round of all locations. Its results are one item per location, never a counter, so that whatever
// comes twice counts once.
import * as v from "valibot";
import { LocationId } from "./config.ts";
import { Provider } from "./forecast.ts";

/** The date of the night where the schedule lives. */
export const RunId = v.pipe(v.string(), v.isoDate(), v.brand("RunId"));
export type RunId = v.InferOutput<typeof RunId>;

/**
 * What goes over the queue. `again`: the location has failed in this run, so its first task is tried still or a dead
 * letter; this one is tried once, so that there is one dead letter for it.
 */
export const FetchTask = v.strictObject({
  runId: RunId,
  locationId: LocationId,
  again: v.optional(v.literal(true)),
});
export type FetchTask = v.InferOutput<typeof FetchTask>;

/** From the least: a later result replaces one that says less. */
export const OUTCOMES = ["skipped", "failed", "unchanged", "ok"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Result {
  readonly locationId: LocationId;
  readonly outcome: Outcome;
  readonly provider?: Provider | undefined;
  /** Not the first provider answered. */
  readonly fallback: boolean;
  readonly reason?: string | undefined;
}

export interface Run {
  readonly runId: RunId;
  readonly plannedAt: string;
  /** How many locations there were. */
  readonly planned: number;
  readonly results: readonly Result[];
}

/** Nothing is left to do: each location has a result and none of them failed. */
export const isComplete = ({ planned, results }: Run): boolean =>
  results.length >= planned && results.every(({ outcome }) => outcome !== "failed");
