// What was learned from earlier requests, and for what it still holds.
import type { Location } from "./config.ts";
import type { HttpState, LocationState } from "./forecast-store.ts";

type Learned = LocationState["http"];

/** By its coordinates: they may be mended in the file, and then nothing holds that was learned of the old ones. */
export const placeOf = ({ lat, lon, altitude }: Pick<Location, "lat" | "lon" | "altitude">): string =>
  [lat, lon, altitude].join();

export const learnedOf = (location: Location, http: Learned): Learned =>
  Object.fromEntries(Object.entries(http).filter(([, { place = placeOf(location) }]) => place === placeOf(location)));

const withoutIssue = ({ failures, nextAllowedAt, grid, covered }: HttpState): HttpState => ({
  failures,
  nextAllowedAt,
  grid,
  covered,
});

/** Where nothing is shown, nothing can be "still the latest". */
export const withoutIssues = (http: Learned): Learned =>
  Object.fromEntries(Object.entries(http).map(([provider, state]) => [provider, withoutIssue(state)]));
