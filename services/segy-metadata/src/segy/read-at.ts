// A file of known size that is read by byte ranges: an S3 object, a local file, bytes in memory, a function.

export interface ReadAt {
  readonly sizeBytes: number;
  /**
   * The bytes of `[start, end)`, all of them; throws when the ground fails. Ranges beyond the size are a bug of the
   * caller. A source may put them into `into`, which is long enough, and spares the memory of a new array.
   */
  readonly read: (start: number, end: number, into?: Uint8Array) => Promise<Uint8Array>;
}

export interface ReadCounts {
  readonly getRequests: number;
  readonly bytesRead: number;
}

/** Counts what goes through to the source. */
export const counted = (source: ReadAt): ReadAt & { readonly counts: () => ReadCounts } => {
  let getRequests = 0;
  let bytesRead = 0;
  return {
    sizeBytes: source.sizeBytes,
    read: async (start, end, into) => {
      getRequests += 1;
      bytesRead += end - start;
      return source.read(start, end, into);
    },
    counts: () => ({ getRequests, bytesRead }),
  };
};

/** Up to this size a file is read whole, once. */
const SMALL_BYTES = 8 * 1024 * 1024;

/** A small file's bytes in memory, a larger file as it is. */
export const inMemoryIfSmall = async (source: ReadAt): Promise<ReadAt> =>
  source.sizeBytes > SMALL_BYTES ? source : bytesSource(await source.read(0, source.sizeBytes));

export const bytesSource = (bytes: Uint8Array): ReadAt => ({
  sizeBytes: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});
