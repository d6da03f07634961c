// The six fields of AWS's cron expressions, checked before croner sees them: it knows more forms than AWS has.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, from the first on. */
  readonly names: readonly string[];
  /** Further forms of one item. */
  readonly also?: RegExp;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const DAY_OF_MONTH = 2;
const DAY_OF_WEEK = 4;

const FIELDS: readonly Field[] = [
  { name: "Minutes", from: 0, to: 59, names: [] },
  { name: "Hours", from: 0, to: 23, names: [] },
  { name: "Day-of-month", from: 1, to: 31, names: [], also: /^(?:\?|L|LW|(?:[1-9]|[12]\d|3[01])W)$/ },
  { name: "Month", from: 1, to: 12, names: MONTHS },
  {
    name: "Day-of-week",
    from: 1,
    to: 7,
    names: DAYS,
    also: /^(?:\?|L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5]))$/,
  },
  { name: "Year", from: 1970, to: 2199, names: [] },
];

const valueOf = (text: string, { from, to, names }: Field): number | undefined => {
  const named = names.indexOf(text);
  const value = named >= 0 ? from + named : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
};

interface Range {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** `*`, a value or a range, with a step no longer than the field if wanted. `20-2` goes on over midnight, as in AWS's own example. */
const rangeOf = (item: string, field: Field): Range | undefined => {
  const [, all, first = "", last = first, given = "1"] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,4}))?$/.exec(item) ?? [];
  const low = all === undefined ? valueOf(first, field) : field.from;
  const high = all === undefined ? valueOf(last, field) : field.to;
  const step = Number(given);
  if (low === undefined || high === undefined || step < 1 || step > field.to - field.from + 1) return undefined;
  return { low, high, step };
};

const isItem = (item: string, field: Field): boolean =>
  field.also?.test(item) === true || rangeOf(item, field) !== undefined;

/** What is wrong with the fields; undefined when nothing is. */
export const faultOf = (fields: readonly string[]): string | undefined => {
  if (fields.length !== FIELDS.length) return `a cron expression has 6 fields, this one ${fields.length}`;
  if ((fields[DAY_OF_MONTH] === "?") === (fields[DAY_OF_WEEK] === "?")) {
    return "exactly one of Day-of-month and Day-of-week must be ?";
  }
  for (const [index, field] of FIELDS.entries()) {
    const items = (fields[index] ?? "").split(",");
    const wrong = items.find((item) => !isItem(item, field) || (item === "?" && items.length > 1));
    if (wrong !== undefined) return `${field.name} cannot be ${JSON.stringify(wrong)}`;
  }
  return undefined;
};

/** Croner knows no range that goes over the end, and no last day of the week. */
const toCronerItem = (item: string, field: Field): string => {
  if (item === "L" && field.names === DAYS) return String(field.to);
  const { low = 0, high = 0, step = 1 } = rangeOf(item, field) ?? {};
  if (low <= high) return item;
  const span = field.to - field.from + 1;
  const values: number[] = [];
  for (let value = low; value <= high + span; value += step) values.push(field.from + ((value - field.from) % span));
  return values.join(",");
};

/** The fields as croner takes them, with seconds. */
export const toCroner = (fields: readonly string[]): string =>
  [
    "0",
    ...FIELDS.map((field, index) =>
      (fields[index] ?? "")
        .split(",")
        .map((item) => toCronerItem(item, field))
        .join(","),
    ),
  ].join(" ");
