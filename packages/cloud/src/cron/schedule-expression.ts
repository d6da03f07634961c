// Schedule expressions of EventBridge rules and of Scheduler: rate(5 minutes), cron(0 2 * * ? *), at(2026-11-20T13:00:00).
import { Cron } from "croner";
import { AwsError } from "../gateway/aws-error.ts";
import { faultOf, toCroner } from "./fields.ts";
import { UTC, type Zone } from "./zone.ts";

export type ExpressionKind = "rate" | "cron" | "at";

export interface ScheduleExpression {
  readonly kind: ExpressionKind;
  /** The first run after an instant; undefined when there is none. A rate counts from `anchor`, and runs there too. */
  readonly next: (after: number, anchor: number) => number | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Runs that a wall clock skips or has had already: at most the minutes of a changed day. */
const MAX_SKIPPED = 2_000;

const readRate = (body: string): ScheduleExpression | string => {
  const [, digits = "", unit = "", plural = ""] = /^(\d{1,9}) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const value = Number(digits);
  if (value < 1) return "a rate is a positive number and minute(s), hour(s) or day(s)";
  if ((value === 1) === (plural === "s")) return `a rate of ${value} takes ${unit}${value === 1 ? "" : "s"}`;
  const periodMs = value * (UNIT_MS[unit] ?? 0);
  return {
    kind: "rate",
    next: (after, anchor) =>
      after < anchor ? anchor : anchor + (Math.floor((after - anchor) / periodMs) + 1) * periodMs,
  };
};

const readCron = (body: string, zone: Zone): ScheduleExpression | string => {
  const fields = body.trim().split(/\s+/);
  const fault = faultOf(fields);
  if (fault !== undefined) return fault;
  // Croner counts on the wall clock alone; what a change of clocks skips or doubles is decided by the zone.
  const cron = new Cron(toCroner(fields), { alternativeWeekdays: true, sloppyRanges: true, utcOffset: 0 });
  return {
    kind: "cron",
    next: (after) => {
      let wall = cron.nextRun(new Date(zone.toWall(after)));
      for (let skipped = 0; wall !== null && skipped < MAX_SKIPPED; skipped++) {
        const instant = zone.toInstant(wall.getTime());
        if (instant !== undefined && instant > after) return instant;
        wall = cron.nextRun(wall);
      }
      return undefined;
    },
  };
};

const readAt = (body: string, zone: Zone): ScheduleExpression | string => {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) ? Date.parse(`${body}Z`) : Number.NaN;
  // The 30th of February is read as the 2nd of March.
  const isReal = !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(body);
  if (!isReal) return "a time is yyyy-mm-ddThh:mm:ss";
  const instant = zone.toInstant(wall);
  return { kind: "at", next: (after) => (instant !== undefined && instant > after ? instant : undefined) };
};

const READERS = { rate: readRate, cron: readCron, at: readAt };

/** Reads an expression of one of these kinds; throws ValidationException saying what is wrong with it. */
export const readExpression = (
  text: string,
  kinds: readonly ExpressionKind[],
  zone: Zone = UTC,
): ScheduleExpression => {
  const [, name = "", body = ""] = /^(\w+)\((.*)\)$/s.exec(text) ?? [];
  const kind = kinds.find((each) => each === name);
  const read =
    kind === undefined ? `it must be ${kinds.map((each) => `${each}(…)`).join(" or ")}` : READERS[kind](body, zone);
  if (typeof read !== "string") return read;
  throw new AwsError("ValidationException", 400, `Invalid Schedule Expression ${text.slice(0, 256)}: ${read}.`);
};
