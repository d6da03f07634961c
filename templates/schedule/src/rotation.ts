// The rotation of those who are on call: they take turns by the week, in the order of the list.

/** On whom the duty is for a day, decided once. */
export interface Shift {
  /** In UTC, such as 2026-01-15. */
  readonly date: string;
  readonly onCall: string;
}

export interface ShiftStore {
  /** False when the day has its shift already; that one stays. */
  readonly add: (shift: Shift) => Promise<boolean>;
}

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** `ann, ben` as a list; throws when there is nobody. */
export const rotationOf = (text: string): readonly [string, ...string[]] => {
  const [first, ...others] = text.split(",").flatMap((name) => name.trim() || []);
  if (first === undefined) throw new TypeError("misconfigured: ROTATION names nobody; set it in serverless.yml");
  return [first, ...others];
};

const onCallOn = (rotation: readonly [string, ...string[]], date: string): string => {
  const week = Math.floor((Date.parse(date) - FIRST_MONDAY_MS) / (7 * DAY_MS));
  return rotation[week % rotation.length] ?? rotation[0];
};

/** Safe to repeat, also after the rotation has changed: who was told first stays on call. */
export const assignShift = async (
  shifts: ShiftStore,
  rotation: readonly [string, ...string[]],
  due: string,
): Promise<Shift & { readonly isNew: boolean }> => {
  const date = due.slice(0, "2026-01-15".length);
  const shift = { date, onCall: onCallOn(rotation, date) };
  return { ...shift, isNew: await shifts.add(shift) };
};
