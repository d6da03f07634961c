// DynamoDB streams → Lambda: reads streams for the functions that are mapped to them.
import type { Deliver, Ground, Iam, Lambda, S3 } from "../ports.ts";

export interface StreamMappingPorts {
  readonly lambda: Pick<Lambda, "mappings" | "invoke" | "principalOf">;
  readonly dynamodb: object;
  readonly s3: S3;
  readonly iam: Pick<Iam, "decide">;
  /** For what a stream's onFailure destination gets. */
  readonly deliver: Deliver;
}

export const connectStreamMappings = (_ground: Ground, _ports: StreamMappingPorts): { readonly start: () => void } => ({
  start: () => {},
});
