// Files larger than a disk: any range is computed when it is read. Headers are exact, samples are zero.
import type { ReadAt } from "../src/segy/read-at.ts";
import { grid } from "./acquisition.ts";
import { segyFile, type SegyFile, type SegyOptions } from "./write-segy.ts";

/** 4.13 million traces of 24 KB: 99 GB. */
const HUNDRED_GIGABYTES: SegyOptions = { survey: grid(2000, 2065), samples: 6001, sampleCode: 1 };

export type VirtualCube = ReadAt & Omit<SegyFile, "read">;

export const virtualCube = (options: SegyOptions = {}): VirtualCube => {
  const file = segyFile({ ...HUNDRED_GIGABYTES, ...options, amplitudes: "zero" });
  return { ...file, read: async (start, end) => file.read(start, end) };
};
