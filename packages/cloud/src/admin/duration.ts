// Durations as people type them: `90s`, `15m`, `3h`, `1d12h` or `1d 12h`. The test kit reads the same.
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined for text that is no duration. */
export const readDuration = (text: string): number | undefined => {
  if (!/^(?:\s*\d+(?:\.\d+)?(?:ms|[smhd]))+\s*$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    ms += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return ms;
};
