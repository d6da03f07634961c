import type { FaultRule, FaultStatus } from "@warmstart/cloud";
import type { AdminClient } from "./admin-client.ts";

/** What is to fail, when, and how: `{ match: { service: "dynamodb" }, when: { nth: 2 }, effect: { kind: "throttle" } }`. */
export type Fault = Pick<FaultRule, "effect"> & Partial<Pick<FaultRule, "id" | "match" | "when">>;

export interface Faults {
  readonly add: (fault: Fault) => Promise<FaultRule>;
  /** With how often each was seen and struck. */
  readonly list: () => Promise<readonly FaultStatus[]>;
  /** Removes one, or all. */
  readonly clear: (id?: string) => Promise<void>;
}

export const faultsOf = ({ ask }: AdminClient): Faults => ({
  add: (fault) => ask("POST", "/faults", fault),
  list: async () => (await ask<{ faults: readonly FaultStatus[] }>("GET", "/faults")).faults,
  clear: async (id) => void (await ask("DELETE", id === undefined ? "/faults" : `/faults/${encodeURIComponent(id)}`)),
});
