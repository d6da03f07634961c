// A file on this machine as the service reads it: by byte ranges.
import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import type { ReadAt } from "../src/segy/read-at.ts";

/** What stands in the way, said of the file. */
export class FileError extends Error {}

/** A trip through the thread pool costs more than so little takes from the page cache. */
const SMALL_BYTES = 64 * 1024;

/** Opens the file; `Symbol.asyncDispose` closes it. Errors are `FileError` and those of the file system. */
export const openFile = async (path: string): Promise<ReadAt & AsyncDisposable> => {
  const handle = await open(path, "r");
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw new FileError(
      stats.isDirectory() ? "it is a folder" : "it is no regular file, of which any part can be read",
    );
  }
  return {
    sizeBytes: stats.size,
    read: async (start, end, into) => {
      const bytes = into?.subarray(0, end - start) ?? Buffer.allocUnsafe(end - start);
      for (let at = 0; at < bytes.length;) {
        const rest = [bytes, at, bytes.length - at, start + at] as const;
        const bytesRead =
          bytes.length <= SMALL_BYTES ? readSync(handle.fd, ...rest) : (await handle.read(...rest)).bytesRead;
        if (bytesRead === 0) throw new FileError("it became shorter while it was read");
        at += bytesRead;
      }
      return bytes;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
};
