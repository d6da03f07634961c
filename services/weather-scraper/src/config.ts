// What the operator decides, in locations.json: who is asking, how fast, and for which places. Refused as a whole when
// anything in it is wrong: MET Norway blocks impolite installs without a warning.
import * as v from "valibot";
import { Provider } from "./forecast.ts";

const FILE = "locations.json";
const PLACEHOLDER = "you@example.com";
/** Two workers at once: 20 requests in a second are MET's limit for an application. */
const MOST_RPS = 10;
/** Five messages of a batch take turns, and each has 150 s in all. */
const LEAST_RPS = 0.1;

const isZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

export const LocationId = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  v.maxLength(60),
  v.brand("LocationId"),
);
export type LocationId = v.InferOutput<typeof LocationId>;

const rps = v.optional(v.pipe(v.number(), v.minValue(LEAST_RPS), v.maxValue(MOST_RPS)), 2);

/** `altitude` in metres above the sea. `providers`: in the order in which they are asked; without it src/providers.ts decides. */
export const Location = v.strictObject({
  id: LocationId,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  lat: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  lon: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  altitude: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-430), v.maxValue(9000))),
  timeZone: v.pipe(v.string(), v.check(isZone, "is no IANA time zone")),
  providers: v.optional(
    v.pipe(
      v.array(Provider),
      v.minLength(1, "names no provider"),
      // Whoever refused us would be asked a second time.
      v.check((names) => new Set(names).size === names.length, "names a provider twice"),
    ),
  ),
});
export type Location = v.InferOutput<typeof Location>;

const isUnique = (locations: Location[]): boolean => new Set(locations.map(({ id }) => id)).size === locations.length;

const Config = v.strictObject({
  /** A mail address or an https page, in ASCII as headers are: stands in every request; providers write to it before they block. */
  contact: v.pipe(
    v.string(),
    v.regex(/^([!-?A-~]+@[!-?A-~]+\.[!-?A-~]+|https:\/\/[!-~]+)$/, "is no mail address or https URL"),
  ),
  rps: v.optional(v.strictObject({ met: rps, nws: rps, "open-meteo": rps }), {}),
  /** Open-Meteo's free service is for non-commercial use; a customer has a contract. Unset: it is not asked. */
  openMeteo: v.optional(v.strictObject({ licence: v.picklist(["non-commercial", "customer"]) })),
  locations: v.pipe(v.array(Location), v.minLength(1), v.check(isUnique, "has an id twice")),
});
export type Config = v.InferOutput<typeof Config>;

const faultsOf = (config: Config, stage: string): readonly string[] => [
  ...(config.contact === PLACEHOLDER && stage !== "local"
    ? [`contact is still the placeholder ${PLACEHOLDER}; providers block who cannot be reached`]
    : []),
  ...config.locations
    .filter(({ providers }) => providers?.includes("open-meteo") === true && config.openMeteo === undefined)
    .map(({ id }) => `${id} wants open-meteo; say under "openMeteo" by which licence`),
];

/** The operator's file for this stage; throws an Error that names the file and every key that is wrong. */
export const readConfig = (file: unknown, stage: string): Config => {
  const read = v.safeParse(Config, file);
  const faults = read.success
    ? faultsOf(read.output, stage)
    : read.issues.map((issue) => `${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
  if (!read.success || faults.length > 0) throw new Error(`${FILE}: ${faults.join("; ")}`);
  return read.output;
};
