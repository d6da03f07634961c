import { errorTable } from "@warmstart/middleware";

/** The codes that only this service has. */
export const { conflict, gone, unprocessable, badRequest } = errorTable({
  "slug-taken": 409,
  "unsafe-url": 422,
  "link-deleted": 410,
  "link-disabled": 410,
  "link-expired": 410,
  "link-used-up": 410,
});
