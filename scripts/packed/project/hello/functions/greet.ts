import { http, ok } from "@warmstart/middleware";
import * as v from "valibot";

export const handler = http({ path: v.object({ name: v.string() }) }, ({ path, log }) => {
  log.info("greeted", { name: path.name });
  return ok({ hello: path.name });
});
