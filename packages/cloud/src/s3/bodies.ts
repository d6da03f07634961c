// The bytes of objects and parts: immutable files, written under tmp/, renamed when whole, then recorded.
import { randomUUID } from "node:crypto";
import { closeSync, createReadStream, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

/** A whole body file; a multipart object has one per part. */
export interface Segment {
  readonly file: string;
  readonly sizeBytes: number;
}

/** A body that is being written. */
export interface Draft {
  readonly write: (data: Buffer) => Promise<void>;
  /** Makes it a body; an empty one needs no file. */
  readonly keep: () => Promise<readonly Segment[]>;
  readonly drop: () => Promise<void>;
}

export interface Bodies {
  readonly draft: () => Promise<Draft>;
  /** Bytes `first` to `last`, both included. */
  readonly read: (segments: readonly Segment[], first: number, last: number) => Buffer | Readable;
  /** Removes the files once nobody reads them any more. */
  readonly discard: (segments: readonly Segment[]) => void;
  /** Removes left-overs of a killed process. */
  readonly sweep: (recorded: ReadonlySet<string>) => void;
}

/** Up to here one synchronous read is quicker than three trips through the thread pool. */
const SMALL_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;

interface Slice {
  readonly file: string;
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/** What of each file lies between `first` and `last`. */
const slicesOf = (segments: readonly Segment[], first: number, last: number): readonly Slice[] => {
  const slices: Slice[] = [];
  let offset = 0;
  for (const { file, sizeBytes } of segments) {
    const start = Math.max(first - offset, 0);
    const end = Math.min(last - offset, sizeBytes - 1);
    if (start <= end) slices.push({ file, start, end });
    offset += sizeBytes;
  }
  return slices;
};

const readSmall = (path: string, sizeBytes: number): Buffer => {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes); // kept: not a slice of the pool

  const fd = openSync(path, "r");
  try {
    let done = 0;
    while (done < bytes.length) {
      const read = readSync(fd, bytes, done, bytes.length - done, done);
      if (read === 0) throw new Error(`The body file ${path} is shorter than recorded`);
      done += read;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
};

const createDraft = async (folder: string): Promise<Draft> => {
  const file = randomUUID();
  const temporary = join(folder, "tmp", file);
  const handle = await open(temporary, "wx");
  let sizeBytes = 0;
  return {
    write: async (data) => {
      for (let done = 0; done < data.length;) done += (await handle.write(data, done)).bytesWritten;
      sizeBytes += data.length;
    },
    keep: async () => {
      await handle.close();
      if (sizeBytes === 0) {
        rmSync(temporary);
        return [];
      }
      renameSync(temporary, join(folder, "bodies", file));
      return [{ file, sizeBytes }];
    },
    drop: async () => {
      await handle.close().catch(() => undefined); // closed already when `keep` failed
      await rm(temporary, { force: true });
    },
  };
};

/** Small bodies stay in memory for the next read: files never change, so the cache is never wrong. */
const CACHE_BYTES = 8 * 1024 * 1024;

interface Cache {
  readonly read: (path: string, sizeBytes: number) => Buffer;
  readonly forget: (path: string) => void;
}

const createCache = (): Cache => {
  const cached = new Map<string, Buffer>();
  let sizeBytes = 0;
  const forget = (path: string): void => {
    sizeBytes -= cached.get(path)?.length ?? 0;
    cached.delete(path);
  };
  return {
    forget,
    read: (path, length) => {
      const known = cached.get(path);
      if (known !== undefined) return known;
      const bytes = readSmall(path, length);
      sizeBytes += length;
      cached.set(path, bytes);
      for (const oldest of cached.keys()) {
        if (sizeBytes <= CACHE_BYTES) break;
        forget(oldest);
      }
      return bytes;
    },
  };
};

/** Opens the folder of the bodies. */
export const openBodies = (folder: string): Bodies => {
  mkdirSync(join(folder, "tmp"), { recursive: true });
  mkdirSync(join(folder, "bodies"), { recursive: true });
  const pathOf = (file: string): string => join(folder, "bodies", file);
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const cache = createCache();
  const remove = (file: string): void => {
    doomed.delete(file);
    cache.forget(pathOf(file));
    rmSync(pathOf(file), { force: true });
  };
  const count = (files: readonly string[], by: number): void => {
    for (const file of files) {
      const reading = (readers.get(file) ?? 0) + by;
      if (reading > 0) readers.set(file, reading);
      else readers.delete(file);
      if (reading === 0 && doomed.has(file)) remove(file);
    }
  };
  const stream = (slices: readonly Slice[]): Readable => {
    const open = ({ file, start, end }: Slice): Readable =>
      createReadStream(pathOf(file), { start, end, highWaterMark: READ_BYTES });
    const files = slices.map(({ file }) => file);
    const joined = async function* (): AsyncGenerator<Buffer> {
      for (const slice of slices) yield* open(slice);
    };
    const readable = Readable.from(joined(), { objectMode: false });
    count(files, 1);
    return readable.once("close", () => count(files, -1));
  };
  return {
    draft: () => createDraft(folder),
    read: (segments, first, last) => {
      const slices = slicesOf(segments, first, last);
      const [only] = slices;
      if (only === undefined) return Buffer.alloc(0);
      const [segment] = segments;
      if (segment === undefined || segments.length > 1 || segment.sizeBytes > SMALL_BYTES) return stream(slices);
      return cache.read(pathOf(segment.file), segment.sizeBytes).subarray(only.start, only.end + 1);
    },
    discard: (segments) => {
      for (const { file } of segments) {
        if (readers.has(file)) doomed.add(file);
        else remove(file);
      }
    },
    sweep: (recorded) => {
      for (const file of readdirSync(join(folder, "tmp"))) rmSync(join(folder, "tmp", file), { force: true });
      for (const file of readdirSync(join(folder, "bodies"))) if (!recorded.has(file)) remove(file);
    },
  };
};
