// The `Date` header. SDK clients set their clock by it when it is far from their own, so each client is told the time in
// which it lives: the cloud's for one that follows the virtual clock, the real one for a client that knows of none.

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

const timeOf = (amzDate: string | undefined): number | undefined => {
  const match = AMZ_DATE.exec(amzDate ?? "");
  if (match === null) return undefined;
  const [, year, month, day, hours, minutes, seconds] = match;
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
};

/** HTTP date of whichever `times` (ms) is nearest to the request's own `X-Amz-Date`; the last one without it. */
export const dateFor = (amzDate: string | undefined, times: readonly [number, number]): string => {
  const sent = timeOf(amzDate);
  const [cloud, real] = times;
  const time = sent !== undefined && Math.abs(sent - cloud) < Math.abs(sent - real) ? cloud : real;
  return new Date(time).toUTCString();
};
