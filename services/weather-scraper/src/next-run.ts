// When forecasts are fetched next: what serverless.yml schedules, as one who waits for it sees it.
import { instant } from "./reading.ts";
import { dayBounds, instantOf, localDate } from "./zone.ts";

/** As in serverless.yml; EventBridge Scheduler skips a time that a day does not have. */
const [PLAN, SWEEP] = ["02:07", "03:37"];

/** The next night's run in the schedule's zone, as an instant; the sweep's where clocks jump over the plan's time. */
export const nextRun = (now: number, zone: string): string => {
  for (let date = localDate(now, zone); ; date = localDate(dayBounds(date, zone).end, zone)) {
    const at = instantOf(date, PLAN, zone) ?? instantOf(date, SWEEP, zone);
    if (at !== undefined && at > now) return instant(at);
  }
};
