// Resident memory of a process and of what it started, from /proc. Elsewhere the function process watches itself.
import { readFileSync } from "node:fs";

export const canReadMemory: boolean = process.platform === "linux";

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined; // the process has ended
  }
};

const pagesOf = (pid: number | "self"): number => Number(read(`/proc/${pid}/statm`)?.split(" ", 2)[1] ?? 0);

/** 4, 16 or 64 KB by machine: the power of two that explains our own figures. */
const pageBytes = (): number => 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pagesOf("self")));
const PAGE_BYTES = canReadMemory ? pageBytes() : 0;

/** Bytes resident in the process and its descendants; 0 when it has ended or the system has no /proc. */
export const residentBytes = (pid: number): number => {
  if (!canReadMemory) return 0;
  let bytes = pagesOf(pid) * PAGE_BYTES;
  const children = read(`/proc/${pid}/task/${pid}/children`)?.trim();
  if (children) for (const child of children.split(" ")) bytes += residentBytes(Number(child));
  return bytes;
};

/** When a process began, in the kernel's ticks since boot: with the pid it names one process for good. */
export const startTimeOf = (pid: number): string | undefined => {
  // The name in parentheses may hold spaces; field 22 of the file is the 20th after it.
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
};
