// CloudWatch Logs' numbers. (u): from documentation, never checked against AWS.
export const LIMITS = {
  eventsPerRead: 10_000,
  eventsPerPut: 10_000,
  describe: 50,
  subscriptionFiltersPerGroup: 2,
  filterPatternCharacters: 1024,
  /** Of one PutLogEvents: each event counts its UTF-8 and 26 bytes more. */
  bytesPerPut: 1_048_576,
  bytesPerEventMore: 26,
  /** Events further away than this from now are rejected. */
  oldestMs: 14 * 24 * 60 * 60 * 1000,
  newestMs: 2 * 60 * 60 * 1000,
} as const;

export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
