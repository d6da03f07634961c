import { errorTable, type ErrorMakers } from "@warmstart/middleware";

/** The codes that only this service has. */
const own = {
  "slug-taken": 409,
  "too-many-keys": 409,
  "unsafe-url": 422,
  "link-deleted": 410,
  "link-disabled": 410,
  "link-expired": 410,
  "link-used-up": 410,
} as const;

type Makers = ErrorMakers<typeof own>;

const makers: Makers = errorTable(own);
export const conflict: Makers["conflict"] = makers.conflict;
export const gone: Makers["gone"] = makers.gone;
export const unprocessable: Makers["unprocessable"] = makers.unprocessable;
export const badRequest: Makers["badRequest"] = makers.badRequest;
export const codes: Makers["codes"] = makers.codes;
