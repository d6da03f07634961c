export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly zippedBytes: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly offset: number;
}

/** The central directory of a zip. */
export declare const zipEntries: (zip: Buffer) => ZipEntry[];
/** One of its files, unpacked. */
export declare const zipContent: (zip: Buffer, entry: ZipEntry) => Buffer;
