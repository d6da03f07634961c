import { type AdminClient, adminClient, scheduleEvent, send } from "@warmstart/testing";
import { check, type Demo, type DemoContext, DemoFailure, say, step } from "./steps.ts";
import { chartLine, type Day, type Scale, scaleOf } from "./weather-chart.ts";

interface Clock {
  readonly now: string;
  readonly mode: "real" | "shifted" | "frozen";
}

/** As the providers of local/provider-server.ts note it. */
interface Seen {
  readonly time: string;
  readonly path: string;
  readonly status: number;
}

interface Run {
  readonly planned: number;
  readonly ok: number;
  readonly failed: number;
  readonly fallback: number;
  readonly complete: boolean;
}

interface Forecast {
  readonly location: { readonly name: string };
  readonly provider: string;
  readonly issuedAt: string;
  readonly attribution: readonly { readonly text: string }[];
  readonly days: readonly Day[];
}

/** The service and its providers, as the steps of this demo use them. */
interface Weather {
  readonly context: DemoContext;
  readonly admin: AdminClient;
  readonly providersUrl: string;
  readonly queueUrl: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 02:07 UTC, of the schedule `plan`. */
const PLANNED_AT = 127 * MINUTE;
/** The tasks of a run are spread over 15 minutes. */
const RUN_MS = 16 * MINUTE;
/** Past what MET (30 minutes) and the NWS (an hour) say for how long an answer is good, before their next issues. */
const EXPIRED_MS = 63 * MINUTE;
const PLACES = ["london", "new-york", "apalachicola"];

const timeOf = (iso: string): string => iso.slice(11, 19);

const seenBy = async (providersUrl: string): Promise<readonly Seen[]> => {
  const answer = await send("GET", `${providersUrl}/_log`).catch((cause: unknown) => {
    throw new DemoFailure(`The providers do not answer at ${providersUrl}; npm run providers -w services/weather-scraper starts them`, { cause }); // prettier-ignore
  });
  return answer.json as readonly Seen[]; // the format of local/provider-server.ts
};

/** What the providers see while `act` runs. */
const seenDuring = async ({ providersUrl }: Weather, act: () => Promise<void>): Promise<readonly Seen[]> => {
  const before = (await seenBy(providersUrl)).length;
  await act();
  return (await seenBy(providersUrl)).slice(before);
};

const openWeather = async (context: DemoContext): Promise<Weather> => {
  const { endpoint } = context;
  const clock = async (): Promise<number> =>
    Date.parse(((await send("GET", `${endpoint}/_warmstart/v1/clock`)).json as Clock).now); // the admin API
  let ahead = 0;
  const admin = adminClient(endpoint, () => Date.now() + ahead);
  /** Signatures are of the cloud's time, which this demo moves. */
  const ask: AdminClient["ask"] = async (...request) => {
    const answer = await admin.ask<never>(...request);
    ahead = (await clock()) - Date.now();
    return answer;
  };
  const { PROVIDERS_URL = "" } = await ask<Record<string, string>>("GET", "/environment/weather-scraper-local-fetch");
  const { resources } = await ask<{ resources: readonly { logicalId: string; physicalId: string }[] }>(
    "GET",
    "/resources/weather-scraper-local",
  );
  const queueUrl = resources.find(({ logicalId }) => logicalId === "TasksQueue")?.physicalId ?? "";
  return { context, admin: { ask, call: admin.call }, providersUrl: PROVIDERS_URL, queueUrl };
};

const advance = async ({ admin }: Weather, ms: number): Promise<void> => {
  await admin.ask("POST", "/clock", { advance: ms });
  await admin.ask("POST", "/idle", {});
};

/** The next night that has had no run: how long until then, and its date. */
const nextNight = async ({ admin, context }: Weather): Promise<{ readonly wait: number; readonly date: string }> => {
  const { now } = await admin.ask<Clock>("GET", "/clock");
  const at = Date.parse(now);
  for (let night = Math.ceil((at - PLANNED_AT) / DAY) * DAY + PLANNED_AT; ; night += DAY) {
    const date = new Date(night).toISOString().slice(0, 10);
    if ((await send("GET", `${context.url}/runs/${date}`)).status === 404) return { wait: night - at, date };
  }
};

const showRun = async (weather: Weather, date: string, seen: readonly Seen[]): Promise<void> => {
  const answer = await send("GET", `${weather.context.url}/runs/${date}`);
  check(answer.status === 200, `200 for the run of ${date}`, answer.text);
  const { planned, ok, failed, fallback, complete } = answer.json as Run; // checked by its status
  check(complete && ok === planned && failed === 0, "a complete run", answer.text);
  step(`the run of ${date}`, `${planned} planned, ${ok} ok, ${failed} failed, ${fallback} by another provider`);
  check(seen.length >= planned && seen.every(({ status }) => status === 200), "all of them answered 200", seen);
  const times = seen.map(({ time }) => timeOf(time)).toSorted();
  check((times[0] ?? "") >= "02:07:00" && (times.at(-1) ?? "") <= "02:23:00", "requests within 15 minutes", times);
  step("asked of the providers", `${seen.length} requests, spread from ${times[0]} to ${times.at(-1)}`);
};

const forecastOf = async (weather: Weather, place: string): Promise<Forecast> => {
  const url = `${weather.context.url}/locations/${place}/forecast`;
  const answer = await send("GET", `${url}?days=7`);
  check(answer.status === 200, `200 for the forecast of ${place}`, answer.text);
  const forecast = answer.json as Forecast; // checked by its status
  check(
    forecast.days.length === 7 && forecast.attribution.length > 0,
    "seven days and who is to be credited",
    forecast,
  );
  const again = await send("GET", `${url}?days=7`, { headers: { "if-none-match": answer.headers["etag"] ?? "" } });
  check(again.status === 304, "304 to its ETag", again.status);
  return forecast;
};

const showForecast = ({ location, attribution, issuedAt, days }: Forecast, scale: Scale): void => {
  say(`\n    ${location.name}  ${attribution.map(({ text }) => text).join("; ")}, issued ${timeOf(issuedAt)} UTC`);
  for (const day of days) say(`    ${chartLine(day, scale)}`);
};

/** Each task of the run once more, as SQS may deliver it twice; answers how many there are. */
const fetchAgain = async (weather: Weather, date: string): Promise<number> => {
  const { data } = (await send("GET", `${weather.context.url}/locations`)).json as { data: readonly { id: string }[] }; // the API's schema
  for (const { id } of data) {
    const MessageBody = JSON.stringify({ runId: date, locationId: id });
    await weather.admin.call("sqs", "AmazonSQS.SendMessage", { QueueUrl: weather.queueUrl, MessageBody });
  }
  await weather.admin.ask("POST", "/idle", {});
  return data.length;
};

const historyOf = async ({ context }: Weather): Promise<string> =>
  (await Promise.all(PLACES.map((id) => send("GET", `${context.url}/locations/${id}/history?limit=100`))))
    .map(({ text }) => text)
    .join("\n");

/** All is done: the plan asks for nothing. */
const showPlanAgain = async (weather: Weather, date: string): Promise<void> => {
  const payload = scheduleEvent({ name: "again", by: "scheduler", time: Date.parse(`${date}T02:07:00Z`) });
  const seen = await seenDuring(weather, async () => {
    const path = "/functions/weather-scraper-local-plan/invoke";
    const { failed } = await weather.admin.ask<{ failed: boolean }>("POST", path, { payload });
    check(!failed, "the plan to run again", "a failure; see npx warmstart logs plan");
    await advance(weather, RUN_MS);
  });
  check(seen.length === 0, "no request of a second run", seen);
  step("the same run planned again", "nothing is left to do: 0 requests");
};

const showSecondRun = async (weather: Weather, date: string): Promise<void> => {
  const stored = await historyOf(weather);
  let tasks = 0;
  const again = async (): Promise<void> => {
    tasks = await fetchAgain(weather, date);
  };
  const early = await seenDuring(weather, again);
  check(early.length === 0, "no request before Expires", early);
  step("each task once more, before Expires", "0 requests");
  await showPlanAgain(weather, date);
  await advance(weather, EXPIRED_MS - RUN_MS);
  const late = await seenDuring(weather, again);
  check(late.length === tasks && late.every(({ status }) => status === 304), `${tasks} times 304`, late);
  check((await historyOf(weather)) === stored, "no new row", "others");
  step("each task once more, after it", `${late.length} requests, all answered 304; no new row`);
};

/** A night passes: all places are fetched and shown; a second run asks nothing, a later one gets 304s. */
export const weatherScraper: Demo = async (context) => {
  const weather = await openWeather(context);
  const { now, mode } = await weather.admin.ask<Clock>("GET", "/clock");
  const { wait, date } = await nextNight(weather);
  await seenBy(weather.providersUrl);
  const isBack = mode === "real" ? "; real time again at the end" : "";
  try {
    const seen = await seenDuring(weather, async () => {
      await advance(weather, wait);
      step("the clock of the cloud, moved on", `${timeOf(now)} → ${date} 02:07:00 UTC${isBack}`);
      await advance(weather, RUN_MS);
    });
    await showRun(weather, date, seen);
    const forecasts: Forecast[] = [];
    for (const place of PLACES) forecasts.push(await forecastOf(weather, place));
    const scale = scaleOf(forecasts.flatMap(({ days }) => days));
    for (const forecast of forecasts) showForecast(forecast, scale);
    say("\n    (recorded forecasts, New York and London of July 2020, with their times moved to this night)");
    say("");
    await showSecondRun(weather, date);
  } finally {
    if (mode === "real") await weather.admin.ask("POST", "/clock", { mode: "real" });
  }
};
