// What Secrets Manager allows: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
export const LIMITS = {
  valueBytes: 65_536,
  nameLength: 512,
  passwordLength: { least: 1, most: 4_096, usual: 32 },
  page: 100,
} as const;
