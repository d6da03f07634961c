// How a function does at the moment, for `warmstart status` and the console.
import { residentBytes } from "./memory.ts";
import type { FunctionRecord } from "./model.ts";
import type { Pool } from "./pool.ts";
import type { FunctionStatistics, Statistics } from "./statistics.ts";

export interface FunctionStatus extends FunctionStatistics {
  readonly name: string;
  readonly arn: string;
  readonly codeSha256: string;
  /** Live processes, of which `warm` have loaded the handler. */
  readonly environments: number;
  readonly warm: number;
  readonly rssBytes: number;
}

export const statusOf = (
  { name, arn, code }: FunctionRecord,
  { pool, statistics }: { readonly pool: Pick<Pool, "environments">; readonly statistics: Pick<Statistics, "of"> },
): FunctionStatus => {
  const live = pool.environments(name);
  return {
    name,
    arn,
    codeSha256: code.sha256,
    environments: live.length,
    warm: live.filter(({ warm }) => warm).length,
    rssBytes: live.reduce((sum, { pid }) => sum + residentBytes(pid), 0),
    ...statistics.of(name),
  };
};
