// CRC32C and CRC64NVME, reflected, byte by byte, and the CRC of two joined pieces. CRC32 is Node's own.
// Polynomials: https://reveng.sourceforge.io/crc-catalogue/ (CRC-32/ISCSI, CRC-64/NVME).

const SPACES = {
  CRC32: { polynomial: 0xedb88320n, width: 32n },
  CRC32C: { polynomial: 0x82f63b78n, width: 32n },
  CRC64NVME: { polynomial: 0x9a6c9329ac4bc9b5n, width: 64n },
} as const;

export type CrcName = keyof typeof SPACES;

/** The register after each byte, as low and high halves: JavaScript's bit operators take 32 bits. */
interface Table {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

const makeTable = (polynomial: bigint): Table => {
  const values = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
  return {
    low: Uint32Array.from(values, (value) => Number(value & 0xffffffffn)),
    high: Uint32Array.from(values, (value) => Number(value >> 32n)),
  };
};

const TABLES = {
  CRC32C: makeTable(SPACES.CRC32C.polynomial),
  CRC64NVME: makeTable(SPACES.CRC64NVME.polynomial),
};

export interface Crc {
  readonly update: (data: Buffer) => void;
  readonly value: () => bigint;
}

export const createCrc = (name: keyof typeof TABLES): Crc => {
  const { low, high } = TABLES[name];
  const wide = SPACES[name].width === 64n;
  let lo = -1;
  let hi = wide ? -1 : 0;
  return {
    update: (data) => {
      for (const byte of data) {
        const index = (lo ^ byte) & 255;
        lo = ((lo >>> 8) | (hi << 24)) ^ (low[index] ?? 0);
        hi = (hi >>> 8) ^ (high[index] ?? 0);
      }
    },
    value: () => {
      const value = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
      return value ^ (wide ? 0xffffffffffffffffn : 0xffffffffn);
    },
  };
};

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
