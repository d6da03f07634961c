import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has. */
const own = {
  "payment-declined": 402,
  "insufficient-stock": 409,
  "price-changed": 409,
} as const;

type Makers = ErrorMakers<typeof own>;

const makers: Makers = errorTable(own);
export const conflict: Makers["conflict"] = makers.conflict;
export const unprocessable: Makers["unprocessable"] = makers.unprocessable;
export const fail: Makers["fail"] = makers.fail;
export const codes: Makers["codes"] = makers.codes;
