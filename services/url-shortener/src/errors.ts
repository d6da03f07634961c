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
/** `throw fail("slug-taken", "…")`; the table gives the status. */
export const fail: Makers["fail"] = makers.fail;
export const codes: Makers["codes"] = makers.codes;
