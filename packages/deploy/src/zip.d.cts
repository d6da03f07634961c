export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly zippedBytes: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly offset: number;
}

export declare const zipEntries: (zip: Buffer) => ZipEntry[];
export declare const zipContent: (zip: Buffer, entry: ZipEntry) => Buffer;
