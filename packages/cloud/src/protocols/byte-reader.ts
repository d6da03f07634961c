// Reads framed bodies (aws-chunked, multipart/form-data) from a stream without holding more than one chunk of it.

export interface ByteReader {
  /** The next bytes, at most `limit`; undefined at the end. */
  readonly some: (limit: number) => Promise<Buffer | undefined>;
  /** A line without its CRLF or LF; undefined at the end or when it is longer than `limit`. */
  readonly line: (limit: number) => Promise<string | undefined>;
  /** Everything up to the delimiter, which is consumed. Returns whether it was found before the end. */
  readonly until: (delimiter: Buffer) => AsyncGenerator<Buffer, boolean>;
  /** Ends the source's iteration early. */
  readonly close: () => Promise<void>;
}

const EMPTY = Buffer.alloc(0);

export const createByteReader = (source: AsyncIterable<Buffer>): ByteReader => {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = EMPTY;
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next();
    if (done === true) return false;
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return true;
  };
  const take = (length: number): Buffer => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  return {
    some: async (limit) => {
      while (rest.length === 0) if (!(await more())) return undefined;
      return take(limit);
    },
    line: async (limit) => {
      let end = rest.indexOf(0x0a);
      while (end < 0) {
        if (rest.length > limit || !(await more())) return undefined;
        end = rest.indexOf(0x0a);
      }
      if (end > limit) return undefined;
      return take(end + 1)
        .toString("utf8")
        .replace(/\r?\n$/, "");
    },
    async *until(delimiter) {
      for (;;) {
        const at = rest.indexOf(delimiter);
        if (at >= 0) {
          if (at > 0) yield take(at);
          take(delimiter.length);
          return true;
        }
        const sure = rest.length - delimiter.length + 1; // the delimiter may begin in what follows
        if (sure > 0) yield take(sure);
        if (!(await more())) {
          if (rest.length > 0) yield take(rest.length);
          return false;
        }
      }
    },
    close: async () => {
      await chunks.return?.();
    },
  };
};
