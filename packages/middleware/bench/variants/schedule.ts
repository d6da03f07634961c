import { schedule } from "@warmstart/middleware";

export const handler = schedule(({ time, name, log }) => {
  log.info("due", { time, name });
});
