// The commands that `npm start` prints for this service: one place is fetched now, and then all of them by night.
interface Deployed {
  readonly url: string;
}

export const sample = ({ url }: Deployed): string =>
  [
    `npx warmstart invoke weather-scraper-local-fetch --path events/weather-scraper/fetch-one.json`,
    `curl '${url}/locations/london/forecast?days=3'`,
    `npm run demo -- weather-scraper # lets the night come: the whole run, as the schedule starts it`,
  ].join("\n");
