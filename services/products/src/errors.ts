import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has. */
const own = { "sku-taken": 409, "insufficient-stock": 409 } as const;

type Makers = ErrorMakers<typeof own>;

const makers: Makers = errorTable(own);
export const conflict: Makers["conflict"] = makers.conflict;
export const unprocessable: Makers["unprocessable"] = makers.unprocessable;
export const badRequest: Makers["badRequest"] = makers.badRequest;
export const codes: Makers["codes"] = makers.codes;
