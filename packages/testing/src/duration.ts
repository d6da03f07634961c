// Durations as tests write them.
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration as number of ms or as text such as "90s", "2h", "1d 12h". `warmstart clock advance` reads the same. */
export type Duration = number | string;

/** Milliseconds of a duration. Throws a RangeError naming what it cannot read. */
export const toMs = (duration: Duration): number => {
  if (typeof duration === "number") return duration;
  if (!/^(?:\s*\d+(?:\.\d+)?(?:ms|[smhd]))+\s*$/.test(duration))
    throw new RangeError(`${JSON.stringify(duration)} is no duration: write 500ms, 90s, 3m, 2h or 1d`);
  let ms = 0;
  for (const [, amount, unit = ""] of duration.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    ms += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return ms;
};
