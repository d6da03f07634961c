// What Polly allows: https://docs.aws.amazon.com/polly/latest/dg/limits.html
export const LIMITS = {
  /** Characters that are billed, and all with tags; UTF-16 units here, which are never fewer. */
  speech: { billed: 3_000, total: 6_000 },
  task: { billed: 100_000, total: 200_000 },
  lexiconChars: 4_000,
  lexiconsPerCall: 5,
  lexicons: 100,
  lexemeChars: 100,
  page: 100,
  /** Tasks are forgotten three days after they were started. */
  taskMs: 72 * 3_600_000,
} as const;

/** Between the statuses of a task here: from scheduled to inProgress, and from there to its end. */
export const TASK_STEP_MS = 1_000;
