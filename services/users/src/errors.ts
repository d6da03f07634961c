import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has: none. */
const codes = {} as const;

type Makers = ErrorMakers<typeof codes>;

const makers: Makers = errorTable(codes);
export const conflict: Makers["conflict"] = makers.conflict;
export const badRequest: Makers["badRequest"] = makers.badRequest;
