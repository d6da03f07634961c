// Units of the United States, for those who ask for them; all that is stored is SI.
import type { DailyRow, Step } from "./forecast.ts";

type Conversion = (si: number) => number;
const fahrenheit: Conversion = (celsius) => celsius * 1.8 + 32;
const milesPerHour: Conversion = (metresPerSecond) => metresPerSecond / 0.44704;
const inches: Conversion = (millimetres) => millimetres / 25.4;
const inchesOfMercury: Conversion = (hectopascals) => hectopascals / 33.8639;

const US: Readonly<Partial<Record<keyof Step | keyof DailyRow, Conversion>>> = {
  temperature: fahrenheit,
  tempMin: fahrenheit,
  tempMax: fahrenheit,
  windSpeed: milesPerHour,
  windMax: milesPerHour,
  gust: milesPerHour,
  gustMax: milesPerHour,
  pressure: inchesOfMercury,
  precipitation: inches,
};

/** Of a step or a day, to 0.01; what has no unit, and null, stay. */
export const toUs = <T extends Step | DailyRow>(row: T): T => {
  const converted = Object.entries(row).map(([name, value]) => {
    const convert = US[name as keyof typeof US]; // undefined for all that has no unit
    return [name, convert && typeof value === "number" ? Math.round(convert(value) * 100) / 100 : value];
  });
  return Object.fromEntries(converted) as T; // the same names, numbers for numbers
};
