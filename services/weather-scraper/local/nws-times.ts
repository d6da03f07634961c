// Times in the NWS recordings: absolute ones, and the templates of weather.gov's own test data ("date:now -4 hours").
import { firstTime, HOUR, movedBy, recorded } from "./recorded.ts";

const DAY = 24 * HOUR;
const UNITS: Readonly<Record<string, number>> = { second: 1000, hour: HOUR, day: DAY };
const TEMPLATE =
  /"date:(now|now:hour|today (\d{2}):(\d{2}):([+-]\d{2}))(?: ([+-]\d+) (second|hour|day)s)?( *\/ *[^"]+)?"/g;

const written = (ms: number, offset = "+00"): string =>
  `${new Date(ms + Number(offset) * HOUR).toISOString().slice(0, 19)}${offset}:00`;

/** The first instant of the day on which `ms` falls where the clocks are `offset` hours ahead, in UTC ms. */
const midnight = (ms: number, offset: number): number => Math.floor((ms + offset * HOUR) / DAY) * DAY - offset * HOUR;

const filled = (json: string, now: number): string =>
  json.replaceAll(TEMPLATE, (_all, kind: string, ...parts: (string | undefined)[]) => {
    const [hours, minutes, offset, count = "0", unit = "second", interval = ""] = parts;
    const later = Number(count) * (UNITS[unit] ?? 0);
    const base =
      offset === undefined
        ? kind === "now" ? now : Math.floor(now / HOUR) * HOUR // prettier-ignore
        : midnight(now, Number(offset)) + Number(hours) * HOUR + Number(minutes) * 60_000;
    return `"${written(base + later, offset)}${interval.replaceAll(" ", "")}"`;
  });

/** A recording with its templates filled in as of `now`. */
export const filledIn = (file: string, now: number): string => filled(JSON.stringify(recorded(file)), now);

const texts = new Map<string, { readonly issue: number; readonly text: string }>();

interface Periods {
  readonly properties?: { readonly updateTime?: string };
}

/** When a recording was issued: what it says; one with templates says nothing, midnight will do. */
const recordedAt = (document: Periods): number => {
  const at = Date.parse(document.properties?.updateTime ?? "");
  return Number.isNaN(at) ? 0 : at;
};

/** A recording as the issue of which `issueOf` tells the time, given the recorded one. */
export const movedToIssue = (
  file: string,
  issueOf: (recordedAt: number) => number,
): { readonly text: string; readonly issue: number } => {
  const document = recorded(file) as Periods; // recorded from the NWS
  const at = recordedAt(document);
  const issue = issueOf(at);
  const before = texts.get(file);
  if (before?.issue === issue) return before;
  const json = JSON.stringify(document);
  // Beside templates there is at most one absolute time, the beginning of `validTimes`.
  const from = at === 0 ? (firstTime(json) ?? issue) : at;
  const made = { issue, text: filled(movedBy(json, Math.floor((issue - from) / HOUR) * HOUR), issue) };
  texts.set(file, made);
  return made;
};
