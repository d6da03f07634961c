// What user pools allow and how long things last. (u): from documentation, never checked against AWS.
// https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const LIMITS = {
  codeMs: { confirm: DAY_MS, password: HOUR_MS },
  challengeMs: 3 * MINUTE_MS,
  temporaryPasswordDays: 7,
  triggerMs: 5_000,
  /** Of a function that does not answer in time; one that throws has had its turn. */
  triggerAttempts: 3,
  /** ListUsers, ListUserPools. */
  page: 60,
  passwordLength: 256,
  attributeLength: 2_048,
  /** Ours: messages remembered. */
  outbox: 1_000,
} as const;

export const UNIT_MS = { seconds: 1_000, minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;

/** Least and most ms of a token's life. */
export const TOKEN_LIFE = {
  access: { least: 5 * MINUTE_MS, most: DAY_MS },
  id: { least: 5 * MINUTE_MS, most: DAY_MS },
  refresh: { least: HOUR_MS, most: 3_650 * DAY_MS },
} as const;

/** Ours: a sixteenth of the usual cost, for passwords of a laptop's test users. */
export const SCRYPT = { N: 1_024, r: 8, p: 1, keyBytes: 32 } as const;

/** Standard attributes of OpenID Connect. Claims of these are booleans, all others texts. */
export const BOOLEAN_CLAIMS: ReadonlySet<string> = new Set(["email_verified", "phone_number_verified"]);
export const STANDARD_ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    "address birthdate email email_verified family_name gender given_name locale middle_name name nickname phone_number " +
    "phone_number_verified picture preferred_username profile sub updated_at website zoneinfo"
  ).split(" "),
);
