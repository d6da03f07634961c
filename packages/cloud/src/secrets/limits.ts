// What Secrets Manager allows: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
export const DAY_MS = 86_400_000;
export const LIMITS = {
  valueBytes: 65_536,
  recoveryDays: { least: 7, most: 30 },
  passwordLength: { least: 1, most: 4_096, usual: 32 },
  page: 100,
} as const;
