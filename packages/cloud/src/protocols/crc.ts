// CRC32C and CRC64NVME, reflected, eight bytes a step ("slicing-by-8"), and the CRC of two joined pieces.
// CRC32 is Node's own. Polynomials: https://reveng.sourceforge.io/crc-catalogue/ (CRC-32/ISCSI, CRC-64/NVME).

const CRC32 = 0xedb88320n;
const CRC32C = 0x82f63b78n;
const CRC64NVME = 0x9a6c9329ac4bc9b5n;

/** tables[k][byte]: the CRC register after `byte` and k zero bytes, as low and high halves. */
interface Tables {
  readonly low: readonly Uint32Array[];
  readonly high: readonly Uint32Array[];
}

const makeTables = (polynomial: bigint): Tables => {
  const rows: bigint[][] = [[]];
  const first = rows[0] ?? [];
  for (let byte = 0n; byte < 256n; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    first.push(value);
  }
  for (let row = 1; row < 8; row++) {
    rows.push((rows[row - 1] ?? []).map((value) => (value >> 8n) ^ (first[Number(value & 255n)] ?? 0n)));
  }
  return {
    low: rows.map((row) => Uint32Array.from(row, (value) => Number(value & 0xffffffffn))),
    high: rows.map((row) => Uint32Array.from(row, (value) => Number(value >> 32n))),
  };
};

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
const tables32c = once(() => makeTables(CRC32C)); // constant; made when first needed (about 2 ms)
const tables64 = once(() => makeTables(CRC64NVME));

export interface Crc {
  readonly update: (data: Buffer) => void;
  readonly value: () => bigint;
}

type Table = Uint32Array;
type Eight = readonly [Table, Table, Table, Table, Table, Table, Table, Table];
const eight = (rows: readonly Table[]): Eight => rows as unknown as Eight; // makeTables makes eight
const at = (table: Table, index: number): number => table[index & 255] as number; // 256 entries

/** CRC registers of up to 64 bits as two halves: JavaScript's bit operators take 32. */
const createCrc = ({ low, high }: Tables, wide: boolean): Crc => {
  const [l0, l1, l2, l3, l4, l5, l6, l7] = eight(low);
  const [h0, h1, h2, h3, h4, h5, h6, h7] = eight(high);
  let lo = -1;
  let hi = wide ? -1 : 0;
  return {
    update: (data) => {
      const whole = data.length - (data.length % 8);
      for (let i = 0; i < whole; i += 8) {
        const x = lo ^ data.readInt32LE(i);
        const y = hi ^ data.readInt32LE(i + 4);
        lo =
          at(l7, x) ^
          at(l6, x >>> 8) ^
          at(l5, x >>> 16) ^
          at(l4, x >>> 24) ^
          at(l3, y) ^
          at(l2, y >>> 8) ^
          at(l1, y >>> 16) ^
          at(l0, y >>> 24);
        if (wide)
          hi =
            at(h7, x) ^
            at(h6, x >>> 8) ^
            at(h5, x >>> 16) ^
            at(h4, x >>> 24) ^
            at(h3, y) ^
            at(h2, y >>> 8) ^
            at(h1, y >>> 16) ^
            at(h0, y >>> 24);
      }
      for (let i = whole; i < data.length; i++) {
        const index = lo ^ (data[i] ?? 0);
        lo = ((lo >>> 8) | (hi << 24)) ^ at(l0, index);
        hi = (hi >>> 8) ^ at(h0, index);
      }
    },
    value: () => {
      const value = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
      return value ^ (wide ? 0xffffffffffffffffn : 0xffffffffn);
    },
  };
};

export const createCrc32c = (): Crc => createCrc(tables32c(), false);
export const createCrc64nvme = (): Crc => createCrc(tables64(), true);

const SPACES = {
  CRC32: { polynomial: CRC32, width: 32n },
  CRC32C: { polynomial: CRC32C, width: 32n },
  CRC64NVME: { polynomial: CRC64NVME, width: 64n },
} as const;

export type CrcName = keyof typeof SPACES;

/** The CRC of A followed by B, from both CRCs and B's length (zlib's crc32_combine). */
export const combineCrc = (name: CrcName, a: bigint, b: { readonly crc: bigint; readonly length: number }): bigint => {
  const { polynomial, width } = SPACES[name];
  const one = 1n << (width - 1n); // reflected: the highest bit is x^0
  const multiply = (x: bigint, y: bigint): bigint => {
    let product = 0n;
    for (let bit = one, shifted = y; bit > 0n; bit >>= 1n) {
      if (x & bit) product ^= shifted;
      shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
    }
    return product;
  };
  let power = one;
  for (let length = BigInt(b.length), base = one >> 8n; length > 0n; length >>= 1n, base = multiply(base, base)) {
    if (length & 1n) power = multiply(power, base);
  }
  return multiply(power, a) ^ b.crc;
};
