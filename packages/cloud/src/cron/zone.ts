// Wall clock time of a zone, as instants. A wall time is kept as the milliseconds that it would be in UTC.
import { AwsError } from "../gateway/aws-error.ts";

export interface Zone {
  readonly name: string;
  readonly toWall: (instant: number) => number;
  /** The first instant with this wall time; undefined when the clocks skip it. */
  readonly toInstant: (wall: number) => number | undefined;
}

const DAY_MS = 86_400_000;

export const UTC: Zone = { name: "UTC", toWall: (instant) => instant, toInstant: (wall) => wall };

/** Makes the zone of an IANA name; throws ValidationException for one that does not exist. */
export const createZone = (name: string): Zone => {
  if (name === "UTC") return UTC;
  let format: Intl.DateTimeFormat;
  try {
    // An offset such as "+02:00" is no zone on AWS, though Intl takes it.
    if (!/^[A-Za-z]/.test(name)) throw new RangeError(name);
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (error) {
    const message = `Invalid ScheduleExpressionTimezone ${JSON.stringify(name)}: it must be an IANA time zone`;
    throw new AwsError("ValidationException", 400, message, { cause: error });
  }
  const offsetAt = (instant: number): number => {
    const [, sign = "+", hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(instant)) ?? [];
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === "-" ? -ms : ms;
  };
  return {
    name,
    toWall: (instant) => instant + offsetAt(instant),
    toInstant: (wall) => {
      // Clocks change at most once within these two days.
      const before = offsetAt(wall - DAY_MS);
      const after = offsetAt(wall + DAY_MS);
      const instants = [...new Set([wall - before, wall - after])].filter(
        (instant) => instant + offsetAt(instant) === wall,
      );
      return instants.length === 0 ? undefined : Math.min(...instants);
    },
  };
};
