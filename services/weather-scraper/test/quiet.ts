// Logs and metrics that nobody reads.
import type { Log, Metrics } from "@warmstart/middleware";

const nothing = (): void => {};

export const createMetrics = (): Metrics => ({ add: nothing, by: createMetrics });
export const noLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, with: () => noLog };
