// What CloudWatch keeps and allows. (u): from documentation, never checked against AWS.
export const MINUTE_MS = 60_000;

export const LIMITS = {
  /** Points of one minute each are kept so long. */
  keptMs: 15 * 24 * 60 * MINUTE_MS,
  takenBackMs: 14 * 24 * 60 * MINUTE_MS,
  takenAheadMs: 2 * 60 * MINUTE_MS,
  /** Ours: minutes with points, over all metrics; then a metric that gets a new one loses its oldest. */
  buckets: 50_000,
  /** Ours: metrics; new ones are dropped then, and said so once. */
  series: 10_000,
  dataPerPut: 1_000,
  valuesPerDatum: 150,
  dimensions: 30,
  dataPointsPerQuery: 1_440,
  periodsPerQuery: 100_800,
  queries: 500,
  describe: 100,
  alarmActions: 5,
  /** Older periods that an alarm looks at when newer ones have no data. (u) */
  extraPeriods: 2,
  logMessageBytes: 1_048_576,
} as const;

/** While one of these gauges is not zero, others of the same dimensions may change without anybody doing anything. */
export const RESTLESS: ReadonlySet<string> = new Set([
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
]);

/** How alarm messages name the region. */
export const REGION_NAMES: Readonly<Record<string, string>> = { "us-east-1": "US East (N. Virginia)" };
