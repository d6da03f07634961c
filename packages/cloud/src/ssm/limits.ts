// What Parameter Store allows: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
export const LIMITS = {
  valueBytes: { Standard: 4_096, Advanced: 8_192 },
  nameLength: 1_011,
  levels: 15,
  /** Older ones are dropped. */
  versions: 100,
  names: 10,
  byPath: 10,
  describe: 50,
} as const;
