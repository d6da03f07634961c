// A zip of a few uncompressed files: what AWS makes of a template's inline `ZipFile`.
import { crc32 } from "node:zlib";

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
/** 1980-01-01, the earliest that the format knows: equal files give equal bytes. */
const DATE = 33;
const UNIX = 3 << 8;

const numbers = (fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer => {
  const bytes = Buffer.alloc(fields.reduce((sum, [, size]) => sum + size, 0));
  let offset = 0;
  for (const [value, size] of fields) offset = bytes.writeUIntLE(value >>> 0, offset, size);
  return bytes;
};

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** Unix mode with file type; a plain readable file otherwise. */
  readonly mode?: number;
}

export const makeZip = (entries: readonly ZipEntry[]): Buffer => {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode = 0o100644 } of entries) {
    const data = Buffer.from(content);
    const path = Buffer.from(name);
    const about = [[20, 2], [0x800, 2], [0, 2], [0, 2], [DATE, 2], [crc32(data), 4], [data.length, 4], [data.length, 4], [path.length, 2], [0, 2]] as const; // prettier-ignore
    const file = Buffer.concat([numbers([[LOCAL_HEADER, 4], ...about]), path, data]);
    const tail = [[0, 2], [0, 2], [0, 2], [mode << 16, 4], [offset, 4]] as const; // prettier-ignore
    directory.push(numbers([[CENTRAL_HEADER, 4], [UNIX | 20, 2], ...about, ...tail]), path);
    files.push(file);
    offset += file.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = entries.length;
  const end = numbers([
    [END, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [size, 4],
    [offset, 4],
    [0, 2],
  ]);
  return Buffer.concat([...files, ...directory, end]);
};
