import { topic } from "@warmstart/middleware";
import * as v from "valibot";

export const handler = topic({ message: v.strictObject({ order: v.string() }) }, ({ message, log }) => {
  log.info("announced", { order: message.order });
});
