// New code for a function without a deploy: what a watching build hands over.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Code, CodeStore } from "./code.ts";
import type { Functions } from "./functions.ts";
import { LOCAL } from "./limits.ts";
import type { FunctionModel } from "./model.ts";
import { makeZip, type ZipEntry } from "./zip.ts";

export interface SwapOptions {
  readonly model: FunctionModel;
  readonly functions: Pick<Functions, "update">;
  readonly code: CodeStore;
  /** Whether other clouds use the same folder of code. */
  readonly sharesCode: boolean;
}

/**
 * Calls in flight end on the old environment, new calls start a new one. The files of a folder replace those of the same
 * name, so that a rebuilt bundle need not bring its binaries again; the bytes of a zip are the whole code.
 */
export type SwapCode = (functionName: string, source: string | Buffer) => Promise<void>;

/** Links are followed: what lies behind them is part of the code. */
const entriesOf = (folder: string): ZipEntry[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .toSorted()
    .flatMap((name) => {
      const place = join(folder, name);
      const about = statSync(place);
      return about.isFile()
        ? [{ name: name.replaceAll("\\", "/"), content: readFileSync(place), mode: about.mode }]
        : [];
    });

const overlaid = (below: string, above: string): Buffer => {
  const entries = new Map([...entriesOf(below), ...entriesOf(above)].map((entry) => [entry.name, entry]));
  return makeZip([...entries.values()]);
};

export const createSwapCode = ({ model, functions, code, sharesCode }: SwapOptions): SwapCode => {
  const replaced: Code[] = [];
  /** A function that is saved often must not fill the disk; environments that still end may load from late ones. */
  const tidy = (old: Code): void => {
    replaced.push(old);
    if (replaced.length <= LOCAL.swapped) return;
    const gone = replaced.shift();
    const used = [...model.codes(), ...replaced].map(({ sha256 }) => sha256);
    if (gone !== undefined && !sharesCode && !used.includes(gone.sha256)) code.remove(gone);
  };
  return async (functionName, source) => {
    const { code: current } = model.get(functionName);
    const added = await code.add(typeof source === "string" ? overlaid(code.folderOf(current), source) : source);
    const record = model.get(functionName);
    if (record.code.sha256 === added.sha256) return;
    functions.update(record, { code: added });
    tidy(record.code);
  };
};
