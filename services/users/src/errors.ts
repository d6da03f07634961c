import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has: none. */
const own = {} as const;

type Makers = ErrorMakers<typeof own>;

const makers: Makers = errorTable(own);
export const codes: Makers["codes"] = makers.codes;
export const conflict: Makers["conflict"] = makers.conflict;
export const badRequest: Makers["badRequest"] = makers.badRequest;
