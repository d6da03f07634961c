// Blank processes kept ready: a cold start then only loads the code. V8 fixes its heap limit when it starts, so a spare
// fits functions of one memory size; sizes asked for lately are what is kept.
import type { FunctionProcess, SpawnOptions } from "./function-process.ts";

export interface Spares {
  readonly take: (options: SpawnOptions) => FunctionProcess;
  /** Tops up the stock for this memory size; call it when there is time. */
  readonly refill: (memoryMb: number) => void;
  readonly close: () => Promise<void>;
}

export const createSpares = (count: number, spawn: (options: SpawnOptions) => FunctionProcess): Spares => {
  let blanks: FunctionProcess[] = [];
  let closed = false;
  const drop = (process: FunctionProcess): void => {
    blanks = blanks.filter((blank) => blank !== process);
  };
  const add = (memoryMb: number): void => {
    const process = spawn({ memoryMb });
    blanks.push(process);
    void process.ended.then(() => drop(process));
  };
  return {
    take: (options) => {
      const isPlain = options.nodeOptions === undefined && options.inspectPort === undefined;
      const found = isPlain && blanks.find(({ memoryMb }) => memoryMb === options.memoryMb);
      if (!found) return spawn(options);
      drop(found);
      return found;
    },
    refill: (memoryMb) => {
      if (closed) return;
      if (blanks.length < count) return add(memoryMb);
      if (count === 0 || blanks.some((blank) => blank.memoryMb === memoryMb)) return;
      const oldest = blanks[0];
      oldest?.kill();
      if (oldest) drop(oldest);
      add(memoryMb);
    },
    close: async () => {
      closed = true;
      const last = blanks;
      for (const blank of last) blank.kill();
      await Promise.all(last.map(({ ended }) => ended));
    },
  };
};
