// A spike once more: each message that a function got is handed to it again; and some files are read anew, because a
// service that knows an event already need not look at the file.
import { inParallel } from "./in-parallel.ts";
import type { SpikeFile } from "./files.ts";
import { requestScan, type Target } from "./target.ts";

export interface InvocationSummary {
  readonly id: string;
  readonly function: string;
  readonly traceId: string;
}

interface Page {
  readonly invocations: readonly InvocationSummary[];
  readonly next?: string;
}

const AT_ONCE = 8;

const rootIn = (traceId: string): string => /Root=([^;]+)/.exec(traceId)?.[1] ?? "";

/** All since then in the traces of the spike: the cloud keeps 10,000. */
export const ownInvocations = async (
  { admin }: Target,
  since: number,
  isOurs: (root: string) => boolean,
): Promise<readonly InvocationSummary[]> => {
  const all: InvocationSummary[] = [];
  for (let cursor = ""; ;) {
    const query = new URLSearchParams({ since: String(since), limit: "1000", ...(cursor && { cursor }) });
    const { invocations, next } = await admin<Page>("GET", `/invocations?${query.toString()}`);
    all.push(...invocations.filter(({ traceId }) => isOurs(rootIn(traceId))));
    if (next === undefined) return all;
    cursor = next;
  }
};

const isGood = ({ failed, payload }: { readonly failed: boolean; readonly payload: string }): boolean =>
  !failed && !/"itemIdentifier"/.test(payload);

/** One event of each trace again; answers how many there were and which of them failed. */
export const replayAll = async (
  { admin }: Target,
  invocations: readonly InvocationSummary[],
): Promise<{ readonly replayed: number; readonly failed: readonly string[] }> => {
  const once = [...new Map(invocations.map((each) => [rootIn(each.traceId), each])).values()];
  const outcomes = await inParallel(once, AT_ONCE, async ({ id }) => {
    const outcome = await admin<{ failed: boolean; payload: string }>("POST", `/invocations/${id}/replay`, {});
    return isGood(outcome) ? [] : [`${id}: ${outcome.payload}`];
  });
  return { replayed: once.length, failed: outcomes.flat() };
};

/** Has the files described anew, and waits for it; answers what was refused. */
export const scanAll = async (target: Target, files: readonly SpikeFile[]): Promise<readonly string[]> => {
  const refused = await inParallel(files, AT_ONCE, async ({ key, id }) => {
    const { status, text } = await requestScan(target, id);
    return status === 202 ? [] : [`${key}: ${status} ${text}`];
  });
  await target.admin("POST", "/idle", { limitMs: 300_000 });
  return refused.flat();
};
