// What the actions of SQS work with.
import type { Ground } from "../ports.ts";
import type { Deduplication } from "./deduplication.ts";
import type { CountMetric } from "./metrics.ts";
import type { Queues } from "./queues.ts";

export interface SqsParts {
  readonly ground: Ground;
  readonly queues: Queues;
  readonly deduplication: Deduplication;
  readonly metric: CountMetric;
}
