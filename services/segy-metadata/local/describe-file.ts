// A file on this machine to its document: the service's own steps, without a cloud.
import { env } from "@warmstart/middleware";
import { exactDocument } from "../src/chunks.ts";
import { describe } from "../src/document/describe.ts";
import { fileId } from "../src/files.ts";
import { cellsOf } from "../src/survey/lattice.ts";
import { thresholds } from "../src/limits.ts";
import type { Metadata } from "../src/document/metadata.ts";
import type { Partial } from "../src/passes/partial.ts";
import type { Plan } from "../src/survey/plan.ts";
import { counted, inMemoryIfSmall, type ReadAt } from "../src/segy/read-at.ts";
import { sampleTraces } from "../src/passes/sampled.ts";
import { scanTraces } from "../src/passes/scan.ts";
import { surveyFile } from "../src/survey/survey.ts";
import type { Command } from "./command.ts";
import type { Occupied } from "./terminal-map.ts";

export interface Described {
  readonly document: Metadata;
  /** Where traces are; undefined when that is not known cell by cell. */
  readonly occupied?: Occupied | undefined;
}

/** True for the cells of which the pass saw a trace, whatever its offset. */
const occupiedIn = ({ lattice }: Plan, { cells }: Partial): Occupied | undefined => {
  const axes = lattice?.axes.length ?? 0;
  if (!lattice || !cells || axes < 2) return undefined;
  const { cell } = cellsOf(lattice);
  const offsets = lattice.axes[2];
  return (slow, fast) => {
    const from = cell(offsets ? [slow, fast, offsets.min] : [slow, fast]);
    const to = cell(offsets ? [slow, fast, offsets.min + (offsets.count - 1) * offsets.step] : [slow, fast]);
    // The last run that begins at or before the last cell asked for.
    let [low, high] = [0, cells.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cells[middle]?.[0] ?? 0) <= to) low = middle + 1;
      else high = middle;
    }
    const [start = 0, length = 0] = cells[low - 1] ?? [];
    return from >= 0 && start + length > from;
  };
};

/** Called with the bytes that the pass has gone over. */
export type OnBytes = (bytes: number) => void;

type Counted = ReturnType<typeof counted>;

const read = async (source: Counted, plan: Plan, command: Command, onBytes: OnBytes): Promise<Described> => {
  const { fixedLength, firstTrace, traceLength, traces } = plan.layout;
  const isLarge = source.sizeBytes > env(thresholds).EXACT_BYTES;
  if (fixedLength && (command.mode ? command.mode === "sampled" : isLarge)) {
    const { partial, confidence, ...basis } = await sampleTraces(source, plan);
    const document = describe(plan, partial, { confidence, basis: { ...basis, ...source.counts() } });
    return { document, occupied: occupiedIn(plan, partial) };
  }
  const onTraces = (done: number) => onBytes(firstTrace + done * traceLength);
  const partial = await scanTraces(source, plan, { from: 0, traces, onTraces });
  return { document: exactDocument(plan, { partial, counts: source.counts() }), occupied: occupiedIn(plan, partial) };
};

/** As the service does it: large files sampled unless the command says otherwise. Errors are those of the source. */
export const describeFile = async (source: ReadAt, command: Command, onBytes: OnBytes): Promise<Described> => {
  const { path, keys } = command;
  const about = { id: fileId("file", path), bucket: "file", key: path, versionId: "null", etag: "" };
  const own = counted(source);
  const near = await inMemoryIfSmall(own);
  const surveyed = await surveyFile(near, about, keys && { keys });
  if ("plan" in surveyed) return read({ ...near, counts: own.counts }, surveyed.plan, command, onBytes);
  const { document } = surveyed;
  return { document: { ...document, basis: { ...document.basis, ...own.counts() } } };
};
