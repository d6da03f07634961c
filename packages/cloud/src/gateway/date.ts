// The `Date` header. SDK clients set their clock by it when it is far from their own, so each client is told the time in
// which it lives: the cloud's for one that follows the virtual clock, the real one for a client that knows of none.
import { fromAmzDate } from "../protocols/sigv4.ts";

/** HTTP date of whichever `times` (ms) is nearest to the request's own `X-Amz-Date`; the last one without it. */
export const dateFor = (amzDate: string | undefined, times: readonly [number, number]): string => {
  const sent = fromAmzDate(amzDate ?? "");
  const [cloud, real] = times;
  const time = Math.abs(sent - cloud) < Math.abs(sent - real) ? cloud : real;
  return new Date(time).toUTCString();
};
