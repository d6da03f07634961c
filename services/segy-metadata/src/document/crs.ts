// The coordinate reference system of a survey: what the text header says of it, or the caller, and the way to WGS 84.
import proj4 from "proj4";
import type { Geometry, Metadata, Text } from "./metadata.ts";

interface Datum {
  readonly name: string;
  /** EPSG codes: of the geographic system, and of UTM zone 0 (code + zone); no south: the datum ends at the equator. */
  readonly geographic: number;
  readonly north: number;
  readonly south?: number;
  readonly zones: readonly [number, number];
  /** Ellipsoid and shift to WGS 84 in PROJ's terms: metres, arc seconds and ppm of a position vector transformation. */
  readonly shape: string;
}

// Shifts: ED50 is EPSG:1311, "common offshore" of the North Sea petroleum states (1 m there, some metres elsewhere);
// NAD27 is EPSG:1173, the mean of the conterminous states (10 m); NAD83 EPSG:1188 and ETRS89 EPSG:1149 are zero (1 m).
const COMMON_OFFSHORE = "+ellps=intl +towgs84=-89.5,-93.8,-123.1,0,0,-0.156,1.2";
const DATUMS: readonly Datum[] = [
  { name: "WGS 84", geographic: 4326, north: 32600, south: 32700, zones: [1, 60], shape: "+datum=WGS84" },
  { name: "ED 50", geographic: 4230, north: 23000, zones: [28, 38], shape: COMMON_OFFSHORE },
  { name: "ETRS 89", geographic: 4258, north: 25800, zones: [28, 38], shape: "+ellps=GRS80 +towgs84=0,0,0" },
  { name: "NAD 27", geographic: 4267, north: 26700, zones: [1, 22], shape: "+ellps=clrk66 +towgs84=-8,160,176" },
  { name: "NAD 83", geographic: 4269, north: 26900, zones: [1, 23], shape: "+ellps=GRS80 +towgs84=0,0,0" },
];

export interface Crs {
  /** Such as `EPSG:23031`. */
  readonly name: string;
  readonly geographic: boolean;
  /** In PROJ's terms. */
  readonly definition: string;
}

/** `EPSG:nnnnn` of a geographic system or a UTM zone on the five datums above; undefined for all others. */
export const crsOfEpsg = (name: string): Crs | undefined => {
  const code = Number(/^EPSG:(\d{4,5})$/i.exec(name)?.[1]);
  for (const { geographic, north, south, zones, shape } of DATUMS) {
    const base = [north, south ?? north].find((base) => code - base >= zones[0] && code - base <= zones[1]);
    if (base === undefined && code !== geographic) continue;
    const utm = base === undefined ? undefined : `+proj=utm +zone=${code - base}${base === south ? " +south" : ""}`;
    return { name: `EPSG:${code}`, geographic: !utm, definition: `${utm ?? "+proj=longlat"} ${shape} +no_defs` };
  }
  return undefined;
};

const UTM_ZONE =
  /\bUTM ?(?:(N|NORTH|S|SOUTH)(?:ERN)? )?(?:HEMISPHERE )?(?:ZONE )?(?:NO )?(\d{1,2}) ?(?:(N|NORTH|S|SOUTH)(?:ERN)?\b|\b)/;

/** Upper case, words with one space between, and datums by their short names: `ED 50`, `WGS 84`. */
const plainOf = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, " ")
    .replace(/\bEUROPEAN (?:DATUM )?(?:OF )?(?=19)/g, "ED ")
    .replace(/\bNORTH AMERICAN (?:DATUM )?(?:OF )?(?=19)/g, "NAD ")
    .replace(/\b(WGS|ED|ETRS|NAD) ?(?:19)?(\d\d)\b/g, " $1 $2 ");

/** EPSG names that one piece of text comes to: each code in it, else each datum in it with its zone. */
const namesIn = (text: string, geographic: boolean): readonly string[] => {
  const plain = plainOf(text);
  const codes = [...plain.matchAll(/\bEPSG (?:CODE )?(\d{4,5})\b/g)].map(([, code]) => `EPSG:${code}`);
  const fitting = codes.filter((code) => !geographic || crsOfEpsg(code)?.geographic);
  if (fitting.length > 0) return fitting;
  const datums = DATUMS.filter(({ name }) => plain.includes(` ${name} `));
  if (geographic) return datums.map((datum) => `EPSG:${datum.geographic}`);
  const [, before, zone, after] = UTM_ZONE.exec(plain) ?? [];
  const side = (before ?? after)?.[0];
  return datums.flatMap((datum) => {
    // WGS 84 has both hemispheres: without a letter the place is unknown.
    const base = side === "S" ? datum.south : side === "N" || datum.south === undefined ? datum.north : undefined;
    return zone && base ? [`EPSG:${base + Number(zone)}`] : [];
  });
};

/** The one system that the hints of kind `crs` name, one by one or all together; undefined when none or several. */
export const crsOfText = (hints: Text["hints"], geographic: boolean): Crs | undefined => {
  const lines = hints.filter(({ kind }) => kind === "crs").map(({ value }) => value);
  const each = new Set(lines.flatMap((line) => namesIn(line, geographic)));
  const names = each.size > 0 ? each : new Set(namesIn(lines.join(" "), geographic));
  const [name, ...others] = names;
  return name !== undefined && others.length === 0 ? crsOfEpsg(name) : undefined;
};

const sexagesimal = (value: number): number => {
  const size = Math.abs(value);
  const degrees = Math.floor(size / 10_000) + Math.floor((size % 10_000) / 100) / 60 + (size % 100) / 3600;
  return Math.sign(value) * degrees;
};

const ANGLES: Readonly<Record<number, (value: number) => number>> = {
  2: (value) => value / 3600,
  3: (value) => value,
  4: sexagesimal, // DDDMMSS.ss
};

/** Degrees of a scaled coordinate whose unit (trace header 89) is an angle; undefined for what can only be lengths. */
export const degreesIn = ({ coordinates, extent }: Geometry): ((value: number) => number) | undefined => {
  const degrees = ANGLES[coordinates?.unit ?? 0];
  const fits = (values: readonly number[] = [], most: number) =>
    values.every((value) => Math.abs(degrees?.(value) ?? 0) <= most);
  return fits(extent?.x, 180) && fits(extent?.y, 90) ? degrees : undefined;
};

/** Longitude and latitude on WGS 84 of a point in the system. */
export const toWgs84 = ({ definition }: Crs, [x, y]: readonly [number, number]): [number, number] =>
  proj4<[number, number]>(definition, "+proj=longlat +datum=WGS84 +no_defs", [x, y]);

/** False when a point cannot lie in the system: lengths taken for degrees, or feet for metres. UTM is metres. */
export const liesIn = ({ geographic }: Crs, [x, y]: readonly [number, number]): boolean =>
  geographic ? Math.abs(x) <= 180 && Math.abs(y) <= 90 : Math.abs(x - 500_000) <= 1e6 && Math.abs(y) <= 1e7;

/** The system of a document's coordinates as its text has it; angles without a datum are taken for WGS 84. */
export const crsOfSurvey = ({ text, geometry }: Pick<Metadata, "text" | "geometry">): Crs | undefined => {
  const geographic = geometry !== null && degreesIn(geometry) !== undefined;
  return crsOfText(text?.hints ?? [], geographic) ?? (geographic ? crsOfEpsg("EPSG:4326") : undefined);
};
