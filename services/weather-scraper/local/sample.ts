// The commands that `npm start` prints for this service: the forecast of one place, fetched now instead of by night.
interface Deployed {
  readonly url: string;
}

export const sample = ({ url }: Deployed): string =>
  [
    `npx warmstart invoke weather-scraper-local-fetch --path events/weather-scraper/fetch-one.json`,
    `curl '${url}/locations/london/forecast?days=3'`,
  ].join("\n");
