// What clients send and get. No transforms and no cross-field rules, so that the OpenAPI document carries all of it.
import * as v from "valibot";
import { DailyRow, Instant, Provider, Step } from "./forecast.ts";
import { RunId } from "./runs.ts";

/** Dates that there are, leap days too; valibot's own takes 30 February for one. */
const DATE =
  /^(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)$/;

/** Any text, so that each id that is not known is answered alike. */
export const LocationPath = v.object({ id: v.string() });
export const RunPath = v.object({ date: RunId });

const paging = {
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/, "must be 1 to 100"))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
};
export const LocationsQuery = v.strictObject(paging);
export const HistoryQuery = v.strictObject({
  ...paging,
  validDate: v.optional(v.pipe(v.string(), v.regex(DATE, "must be a date such as 2026-01-15"))),
});
export const ForecastQuery = v.strictObject({
  days: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]|10)$/, "must be 1 to 10"))),
  units: v.optional(v.picklist(["si", "us"], "must be si or us")),
  detail: v.optional(v.picklist(["days", "hours"], "must be days or hours")),
});
export type ForecastQuery = v.InferOutput<typeof ForecastQuery>;

/** `providers`: in the order in which they are asked. `altitude`: in metres, null when the operator did not say. */
export const LocationView = v.strictObject({
  id: v.string(),
  name: v.string(),
  lat: v.number(),
  lon: v.number(),
  altitude: v.nullable(v.number()),
  timeZone: v.string(),
  providers: v.array(Provider),
});
export type LocationView = v.InferOutput<typeof LocationView>;

/** To be shown with the forecast: what the provider's licence wants. */
export const Attribution = v.strictObject({ text: v.string(), url: v.string(), licence: v.string() });
export type Attribution = v.InferOutput<typeof Attribution>;

/** `partial`: the forecast begins or ends within the day, so its sums and extremes are those of `hoursCovered`. */
export const DayView = v.strictObject({ ...DailyRow.entries, partial: v.boolean() });

/** si: °C, m/s, mm, hPa. us: °F, mph, in, inHg. */
export const ForecastView = v.strictObject({
  location: LocationView,
  provider: Provider,
  issuedAt: Instant,
  fetchedAt: v.string(),
  /** No newer one could be had in the last run; `staleReason` says why. */
  stale: v.boolean(),
  staleReason: v.optional(v.string()),
  attribution: v.array(Attribution),
  units: v.picklist(["si", "us"]),
  days: v.array(DayView),
  hours: v.optional(v.array(Step)),
});
export type ForecastView = v.InferOutput<typeof ForecastView>;

export const DayIssueView = v.strictObject({ issuedAt: Instant, provider: Provider, ...DayView.entries });
export type DayIssueView = v.InferOutput<typeof DayIssueView>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const RunView = v.strictObject({
  date: RunId,
  planned: count,
  ok: count,
  unchanged: count,
  skipped: count,
  failed: count,
  /** Answered by another provider than the first. */
  fallback: count,
  complete: v.boolean(),
  failures: v.array(v.strictObject({ locationId: v.string(), reason: v.string() })),
});
export type RunView = v.InferOutput<typeof RunView>;
