// A provider's body, as it came over the wire or lies in the bucket, as a forecast.
import { Broken, type Provider, type Reading } from "./forecast.ts";
import { readMet } from "./met.ts";
import { readNws } from "./nws.ts";
import { readOpenMeteo } from "./open-meteo.ts";

const READERS: Readonly<Record<Provider, (body: unknown) => Reading>> = {
  met: readMet,
  nws: readNws,
  "open-meteo": readOpenMeteo,
};

/** Throws `Broken` with the beginning of what is no JSON. */
export const parseBody = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new Broken(`200 but not JSON: ${body.slice(0, 80).replaceAll(/\s+/g, " ")}`);
  }
};

/** Throws `Broken` when it is no forecast. */
export const readBody = (provider: Provider, body: string): Reading => READERS[provider](parseBody(body));
