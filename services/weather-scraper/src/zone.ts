// Days and times of day where a place is, by the time zones that Node.js brings along.
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  // Swedes write 2027-03-28 02:07:00; one text costs half of what its parts do.
  const made = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium", hourCycle: "h23" });
  formats.set(timeZone, made);
  return made;
};

const localText = (ms: number, zone: string): string => (formats.get(zone) ?? formatIn(zone)).format(ms);

/** What clocks there show, as if they were in UTC. */
const localMs = (ms: number, zone: string): number => Date.parse(`${localText(ms, zone).replace(" ", "T")}Z`);

const offsetAt = (ms: number, zone: string): number => localMs(ms, zone) - Math.floor(ms / 1000) * 1000;

/** Offsets before and after whatever clocks do on that day. */
const offsetsAround = (local: number, zone: string): readonly [number, number] => [
  offsetAt(local - DAY_MS, zone),
  offsetAt(local + DAY_MS, zone),
];

const firstInstant = (local: number, zone: string): number | undefined => {
  const [before, after] = offsetsAround(local, zone);
  const found = [...new Set([before, after])]
    .map((offset) => local - offset)
    .filter((ms) => localMs(ms, zone) === local);
  return found.length === 0 ? undefined : Math.min(...found);
};

/** The jump over a time that clocks there never show. */
const jumpOver = (local: number, zone: string): number => {
  const [before, after] = offsetsAround(local, zone);
  let [early, late] = [local - after, local - before];
  while (late - early > 1000) {
    const middle = early + Math.floor((late - early) / 2000) * 1000;
    if (localMs(middle, zone) < local) early = middle;
    else late = middle;
  }
  return late;
};

const startOf = (local: number, zone: string): number => firstInstant(local, zone) ?? jumpOver(local, zone);

/** The date that a calendar there shows: `2027-03-28`. */
export const localDate = (ms: number, zone: string): string => localText(ms, zone).slice(0, 10);

/** From the first instant of a date to that of the next, in ms; 23 to 25 hours, and others: clocks change as they like. */
export const dayBounds = (date: string, zone: string): { readonly start: number; readonly end: number } => {
  const local = Date.parse(date);
  return { start: startOf(local, zone), end: startOf(local + DAY_MS, zone) };
};

/** When clocks there show `time` on that date: the first of two, undefined when they never do. */
export const instantOf = (date: string, time: string, zone: string): number | undefined =>
  firstInstant(Date.parse(`${date}T${time}:00Z`), zone);
