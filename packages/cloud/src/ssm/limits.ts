// What Parameter Store allows: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
export const LIMITS = {
  valueBytes: 4_096,
  nameLength: 1_011,
  levels: 15,
  names: 10,
  byPath: 10,
  describe: 50,
} as const;
