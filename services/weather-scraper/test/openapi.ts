// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { openApi, pageOf } from "@warmstart/testing/openapi";
import * as v from "valibot";
import * as schemas from "../src/answer-schemas.ts";
import { codes } from "../src/errors.ts";
import { Instant, Step } from "../src/forecast.ts";

const { Attribution, DayIssueView, DayView, ForecastView, LocationPath, LocationView, RunView } = schemas;
const LocationPage = pageOf(LocationView);
const HistoryPage = pageOf(DayIssueView);
const headers = ["ETag"];

export const document = openApi({
  title: "weather-scraper",
  description:
    "Forecasts of the next days for the places of one operator, fetched every night. Show their attribution.",
  codes,
  schemas: {
    Location: LocationView,
    LocationPage,
    Attribution,
    Day: DayView,
    Step,
    Forecast: ForecastView,
    DayIssue: DayIssueView,
    HistoryPage,
    Run: RunView,
  },
  problemMembers: { "no-forecast-yet": v.object({ nextRun: Instant }) },
  routes: {
    "GET /locations": {
      id: "listLocations",
      summary: "All places, as the operator lists them",
      query: schemas.LocationsQuery,
      answers: { 200: { description: "One page", body: LocationPage, headers: ["Link", ...headers] } },
      problems: ["invalid-cursor"],
    },
    "GET /locations/{id}/forecast": {
      id: "getForecast",
      summary: "What is still to come of a place's newest forecast, by days of the place, and by hours when asked",
      path: LocationPath,
      query: schemas.ForecastQuery,
      answers: { 200: { description: "The forecast", body: ForecastView, headers } },
      problems: ["unknown-location", "no-forecast-yet"],
    },
    "GET /locations/{id}/history": {
      id: "getHistory",
      summary: "How the days of a place were forecast, by date, then by time of issue; in SI",
      path: LocationPath,
      query: schemas.HistoryQuery,
      answers: { 200: { description: "One page", body: HistoryPage, headers: ["Link", ...headers] } },
      problems: ["unknown-location", "invalid-cursor"],
    },
    "GET /runs/{date}": {
      id: "getRun",
      summary: "What became of a night's run, by the date where the schedule lives",
      path: schemas.RunPath,
      answers: { 200: { description: "The report", body: RunView, headers } },
      problems: ["not-found"],
    },
  },
});
