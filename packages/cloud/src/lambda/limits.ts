// AWS's numbers and texts. (u): from memory or documentation, never checked against AWS.

export const LIMITS = {
  syncPayloadBytes: 6 * 1024 * 1024,
  /** (u) 1 MB since late 2025. */
  asyncPayloadBytes: 256 * 1024,
  /** AWS allows some room over 6 MB for its own envelope (u). */
  responseBytes: 6 * 1024 * 1024 + 100,
  accountConcurrency: 1000,
  /** What reserved concurrency must leave to the other functions (u). */
  unreservedConcurrency: 100,
  environmentVariablesBytes: 4096,
  zipBytes: 50 * 1024 * 1024,
  unzippedBytes: 250 * 1024 * 1024,
  memoryMb: { least: 128, most: 10_240 },
  timeoutSeconds: { least: 1, most: 900 },
  initMs: 10_000,
  logTailBytes: 4096,
  /** Invocations that one event may go through (u): AWS says "approximately 16 times". */
  hops: 16,
} as const;

export const ASYNC = {
  /** Minutes before the first and the second retry. */
  retryDelaysMs: [60_000, 120_000],
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 6 * 60 * 60,
  leastEventAgeSeconds: 60,
  throttleDelayMs: { first: 1000, longest: 5 * 60_000 },
  dlqErrorMessageBytes: 1024,
} as const;

/** Ours: how the laptop is protected. */
export const LOCAL = {
  sampleMs: 25,
  idleMs: 5 * 60_000,
  totalRssBytes: 2 * 1024 * 1024 * 1024,
  spares: 2,
  /** First port of debuggers. */
  inspectPort: 9300,
  /** Codes that hot swaps replaced and that calls in flight may still load from. */
  swapped: 5,
} as const;

/** Ours: what is remembered of invocations. */
export const RECORDS = {
  kept: 10_000,
  textLength: 64 * 1024,
  /** Invocations packed together, and characters after which fewer are. */
  chunk: 100,
  chunkLength: 1024 * 1024,
  packedBytes: 32 * 1024 * 1024,
  /** Of each function, for percentiles. */
  durations: 1000,
} as const;

/** Share of the function's memory that V8 gets for old objects and for each half of the new ones (u). */
export const HEAP = { old: 0.9, semiSpace: 0.05 } as const;

export const RUNTIMES = ["nodejs24.x", "nodejs22.x"] as const;

/** Variables that AWS sets itself and refuses in a function's configuration. */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/** Event source mappings. Filters: five unless AWS was asked for more. */
export const MAPPINGS = {
  batchSize: { least: 1, most: 10_000 },
  queueBatch: 10,
  streamBatch: 100,
  fifoBatch: 10,
  batchWithoutWindow: 10,
  windowSeconds: { least: 0, most: 300 },
  filters: 5,
  patternCharacters: 4096,
  maximumConcurrency: { least: 2, most: 1000 },
  parallelizationFactor: { least: 1, most: 10 },
  retryAttempts: { least: 0, most: 10_000 },
  recordAgeSeconds: { least: 60, most: 604_800 },
} as const;
