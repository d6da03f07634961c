// A forecast in a terminal: a line per day, with the range of its temperature and the rain.

export interface Day {
  readonly date: string;
  readonly tempMin: number | null;
  readonly tempMax: number | null;
  readonly precipitation: number | null;
  readonly condition: string;
  /** Of the day, which has 23 to 25 of them. */
  readonly hoursCovered: number;
  readonly hoursInDay: number;
}

/** Degrees from left to right. */
export interface Scale {
  readonly from: number;
  readonly to: number;
}

const WIDTH = 30;
/** A full bar of rain. */
const MOST_RAIN_MM = 16;
const RAIN_WIDTH = 8;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** On which all days of several places fit, in steps of five degrees. */
export const scaleOf = (days: readonly Day[]): Scale => {
  const values = days.flatMap(({ tempMin, tempMax }) => [tempMin, tempMax]).filter((value) => value !== null);
  if (values.length === 0) return { from: 0, to: 5 };
  const from = Math.floor(Math.min(...values) / 5) * 5;
  return { from, to: Math.max(from + 5, Math.ceil(Math.max(...values) / 5) * 5) };
};

/** From min to max in half columns: `╺━━╸`. */
const range = (min: number, max: number, { from, to }: Scale): string => {
  const half = (value: number): number => Math.round(((value - from) / (to - from)) * 2 * WIDTH);
  const [start, end] = [half(min), Math.max(half(max), half(min) + 1)];
  const columns = Array.from({ length: WIDTH }, (_, column) => {
    const [left, right] = [column * 2, column * 2 + 1].map((each) => each >= start && each < end);
    if (left === true) return right === true ? "━" : "╸";
    return right === true ? "╺" : " ";
  });
  return columns.join("");
};

const rainBar = (mm: number): string => {
  const eighths = Math.round((Math.min(mm, MOST_RAIN_MM) / MOST_RAIN_MM) * RAIN_WIDTH * 8);
  const shown = mm > 0 ? Math.max(1, eighths) : 0;
  return `${"█".repeat(Math.floor(shown / 8))}${EIGHTHS[shown % 8]}`;
};

const weekday = (date: string): string =>
  new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "2-digit", month: "short", timeZone: "UTC" })
    .format(new Date(`${date}T00:00:00Z`))
    .replace(",", "");

const degrees = (value: number): string => value.toFixed(0).padStart(3);

/** One line; where a value is unknown there is no bar. */
export const chartLine = (day: Day, scale: Scale): string => {
  const { date, tempMin, tempMax, precipitation, condition, hoursCovered, hoursInDay } = day;
  const isKnown = tempMin !== null && tempMax !== null;
  const numbers = isKnown ? `${degrees(tempMin)} …${degrees(tempMax)} °C` : "".padEnd(11);
  const bar = isKnown ? range(tempMin, tempMax, scale) : "".padEnd(WIDTH);
  const rain = precipitation === null ? "" : `${precipitation.toFixed(1).padStart(5)} mm`;
  const part = hoursCovered < hoursInDay ? ` (${hoursCovered} of ${hoursInDay} h)` : "";
  return `${weekday(date)}  ${numbers} │${bar}│${rain.padEnd(8)} ${rainBar(precipitation ?? 0).padEnd(RAIN_WIDTH)} ${condition}${part}`;
};
