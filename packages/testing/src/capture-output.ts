import { AsyncLocalStorage } from "node:async_hooks";

/** What the running handler has written; each of several at once has its own. */
const written = new AsyncLocalStorage<string[]>();
let handlers = 0;
let restore = (): void => {};

const redirect = (): void => {
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    const lines = written.getStore();
    if (lines === undefined) return write(chunk, ...rest);
    lines.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    return true;
  };
  restore = () => {
    stdout.write = write;
  };
};

/** Runs `fn` and gives the lines that it wrote to standard output. */
export const captureOutput = async (fn: () => Promise<void>): Promise<readonly string[]> => {
  const chunks: string[] = [];
  if (handlers++ === 0) redirect();
  try {
    await written.run(chunks, fn);
  } finally {
    if (--handlers === 0) restore();
  }
  return chunks
    .join("")
    .split("\n")
    .filter((line) => line !== "");
};
