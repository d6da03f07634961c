// Gathers the evidence after a spike: reads, delivers again, reads again, and looks at what is left in the queues.
import {
  allDrawn,
  allRight,
  asMany,
  type Check,
  check,
  noDeadLetters,
  nothingLost,
  nothingWaits,
  readDocuments,
  sameAgain,
  sameAnew,
} from "./checks.ts";
import type { SpikeFile } from "./files.ts";
import type { Recording } from "./recorder.ts";
import { ownInvocations, replayAll, scanAll } from "./replay.ts";
import { countDocuments, type Queue, type Target } from "./target.ts";
import type { Traces } from "./upload.ts";

interface Made {
  readonly target: Target;
  readonly files: readonly SpikeFile[];
  readonly traces: Traces;
  readonly recorder: Recording;
}

export interface Before {
  readonly documents: number;
  readonly queues: readonly Queue[];
}

interface Seen {
  /** Uploads that were not taken. */
  readonly refused: readonly string[];
  /** Whether the feed was heard to the end. */
  readonly isWhole: boolean;
  /** Cloud time before the first upload. */
  readonly since: number;
}

/** More than there are kinds of files. */
const READ_ANEW = 24;

export const prove = async (
  { target, files, traces, recorder }: Made,
  before: Before,
  { refused, isWhole, since }: Seen,
): Promise<readonly Check[]> => {
  const kept = await ownInvocations(target, since, traces.isOurs);
  const first = await readDocuments(target, files);
  const stored = await countDocuments(target);
  const { replayed, failed } = await replayAll(target, kept);
  const again = await readDocuments(target, files);
  const some = files.slice(0, READ_ANEW);
  const unscanned = await scanAll(target, some);
  const anew = await readDocuments(target, some);
  const queues = await target.queues();
  return [
    check("every upload was taken", refused, String(files.length)),
    nothingLost(files, first),
    asMany(before.documents, stored, files.length),
    allRight(files, first),
    check("no event fails the second time", failed, String(replayed)),
    sameAgain(files, [first, again], replayed),
    sameAnew(some, [again, anew], unscanned),
    nothingWaits(queues),
    noDeadLetters(before.queues, queues),
    allDrawn(recorder.invocations, kept, isWhole),
  ];
};
