import { queue } from "@warmstart/middleware";
import * as v from "valibot";

const Order = v.strictObject({ order: v.pipe(v.string(), v.minLength(1)) });

export const handler = queue({ message: Order, concurrency: 5 }, ({ message, log }) => {
  log.info("shipped", { order: message.order });
});
