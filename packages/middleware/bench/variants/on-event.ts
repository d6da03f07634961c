import { onEvent } from "@warmstart/middleware";
import * as v from "valibot";

export const handler = onEvent({ detail: v.strictObject({ order: v.string() }) }, ({ detail, log }) => {
  log.info("placed", { order: detail.order });
});
