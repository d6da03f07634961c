import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has. */
const own = { "unknown-location": 404, "no-forecast-yet": 404 } as const;

type Makers = ErrorMakers<typeof own>;

const makers: Makers = errorTable(own);
export const fail: Makers["fail"] = makers.fail;
export const codes: Makers["codes"] = makers.codes;
