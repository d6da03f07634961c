// Durations as tests write them.
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration as number of ms or as text such as "90s", "2h", "1d 12h". */
export type Duration = number | string;

/** Milliseconds of a duration. Throws a RangeError naming what it cannot read. */
export const toMs = (duration: Duration): number => {
  if (typeof duration === "number") return duration;
  const parts = duration
    .trim()
    .split(/\s+/)
    .map((part) => {
      const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(ms|[smhd])$/.exec(part) ?? [];
      const unitMs = UNIT_MS[unit];
      if (amount === undefined || unitMs === undefined) {
        throw new RangeError(`${JSON.stringify(duration)} is no duration: write 500ms, 90s, 3m, 2h or 1d`);
      }
      return Number(amount) * unitMs;
    });
  return parts.reduce((sum, part) => sum + part, 0);
};
