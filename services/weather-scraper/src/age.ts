// Whether a forecast is of now: what a wrong clock or a forgotten cache sends must not become the latest.
import { Broken, type Provider, type Step } from "./forecast.ts";
import { ABOUT } from "./providers.ts";
import { endOf, HOUR_MS } from "./reading.ts";

const DAY_MS = 24 * HOUR_MS;

/** Throws Broken. An issue of next year would be the latest until then; clocks may differ by an hour. */
export const assertRecent = (provider: Provider, issuedAt: string): void => {
  const ageMs = Date.now() - Date.parse(issuedAt);
  if (ageMs > ABOUT[provider].oldestMs) throw new Broken(`issued ${Math.floor(ageMs / HOUR_MS)} h ago`);
  if (ageMs < -HOUR_MS) throw new Broken(`issued in ${Math.ceil(-ageMs / HOUR_MS)} h from now`);
};

const daysFromNow = (start: string, hours = 0): number =>
  (endOf({ start: Date.parse(start), hours }) - Date.now()) / DAY_MS;

/** Throws Broken. Providers begin up to a day before they issue, and reach 16 days at most; what is over is no forecast. */
export const assertAhead = (steps: readonly Step[]): void => {
  const [{ start: first = "" } = {}, { start: last = "", hours = 0 } = {}] = [steps[0], steps.at(-1)] as const;
  const isAhead = daysFromNow(first) > -3 && daysFromNow(last, hours) > 0 && daysFromNow(last) < 17;
  if (!isAhead) throw new Broken(`it is for ${first} to ${last}`);
};
