// The providers that the events in events/weather-scraper are answered by, in a cloud of their own; one of them refuses.
import type { EventGround, TestCloud } from "@warmstart/testing";
import { openWeather } from "./open-weather.ts";

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const { app, providers } = await openWeather({ only: "resources", cloud });
  providers.script([{ path: "/met/*lat=39.9*", effect: { kind: "status", status: 403 } }]);
  return { cloud, app, env: { PROVIDERS_URL: providers.url }, close: () => providers.close() };
};
