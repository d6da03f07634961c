// The US National Weather Service: https://www.weather.gov/documentation/services-web-api. A place is in a cell of a grid;
// the cell's forecast comes as layers of numbers and, written for people, as periods of half a day.
import * as v from "valibot";
import type { Location } from "./config.ts";
import type { NwsGrid } from "./forecast-store.ts";
import type { Reading } from "./forecast.ts";
import { fromGrid } from "./nws-grid.ts";
import { fromPeriods } from "./nws-periods.ts";
import { coordinate, NumberOrText, read } from "./reading.ts";

const CellIndex = v.pipe(NumberOrText, v.integer(), v.minValue(0), v.maxValue(9999));

const Point = v.object({
  properties: v.object({ gridId: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), gridX: CellIndex, gridY: CellIndex }),
});

type Cell = Pick<NwsGrid, "wfo" | "x" | "y">;

/** The cell of a place, by the answer to `pointsPath`; throws Broken. */
export const readPoints = (body: unknown): Cell => {
  const { gridId, gridX, gridY } = read(Point, body).properties;
  return { wfo: gridId, x: gridX, y: gridY };
};

export const pointsPath = ({ lat, lon }: Pick<Location, "lat" | "lon">): string =>
  `/points/${coordinate(lat)},${coordinate(lon)}`;

export const gridPath = ({ wfo, x, y }: Cell): string => `/gridpoints/${wfo}/${x},${y}`;

export const periodsPath = (cell: Cell): string => `${gridPath(cell)}/forecast`;

const HasPeriods = v.object({ properties: v.object({ periods: v.array(v.unknown()) }) });

/** The grid or the periods, by what is in the body; throws Broken when it is neither. */
export const readNws = (body: unknown): Reading => (v.is(HasPeriods, body) ? fromPeriods(body) : fromGrid(body));
