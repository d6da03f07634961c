// SQS → Lambda: polls queues for the functions that are mapped to them.
import type { Ground, Iam, Lambda, Sqs } from "../ports.ts";

export interface QueueMappingPorts {
  readonly lambda: Pick<Lambda, "mappings" | "invoke" | "principalOf">;
  readonly sqs: Sqs;
  readonly iam: Pick<Iam, "decide">;
}

export const connectQueueMappings = (_ground: Ground, _ports: QueueMappingPorts): { readonly start: () => void } => ({
  start: () => {},
});
