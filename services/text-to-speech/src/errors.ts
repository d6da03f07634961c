import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has. */
const own = {
  "text-too-long": 413,
  "nothing-to-speak": 422,
  "invalid-text": 422,
  "invalid-ssml": 422,
  voice: 422,
  format: 422,
  "too-much-to-speak": 422,
  "budget-exhausted": 429,
} as const;

type Makers = ErrorMakers<typeof own>;

const makers: Makers = errorTable(own);
export const fail: Makers["fail"] = makers.fail;
export const codes: Makers["codes"] = makers.codes;
