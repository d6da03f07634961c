// A night in which two of five places cannot be fetched: the others are, and both come right once the provider does.
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { redrive } from "../scripts/redrive.ts";
import type { RunView } from "../src/answer-schemas.ts";
import { openWeather, type Weather } from "../test/open-weather.ts";
import { readTable } from "../test/read-table.ts";

const DEAD = "weather-scraper-local-dead-tasks";
const DOWN = { kind: "status", status: 503 } as const;

let it: Weather;
beforeAll(async () => {
  it = await openWeather();
  it.providers.script([
    { path: "/met/*lat=39.9*", effect: DOWN },
    { path: "/met/*lat=40.7*", effect: DOWN },
  ]);
  await it.night();
});
afterAll(() => it.close());

const report = async (date = "2026-01-16"): Promise<RunView> => (await it.get(`/runs/${date}`)).json as RunView; // as openapi.json says, which was checked

const alarm = async (name: string): Promise<string | undefined> => {
  const { alarms } = await it.cloud.ask<{ alarms: { name: string; state: { value: string } }[] }>("GET", "/alarms");
  return alarms.find((each) => each.name.includes(name))?.state.value;
};

/** What the plan said of runs that should be over. */
const runComplete = async (): Promise<readonly unknown[]> =>
  (await it.cloud.logs("weather-scraper-local-plan"))
    .filter(({ message }) => message.includes('"run_complete":'))
    .map(({ message }) => (JSON.parse(message) as Record<string, unknown>)["run_complete"]); // embedded metrics

const dead = (messages: number) => ({ deadLetters: messages === 0 ? [] : [{ queue: DEAD, messages }] });

describe("while the provider is down for them", () => {
  test("the others have their forecasts, and the run says who has none, and why", async () => {
    expect(await report()).toMatchObject({
      planned: 5,
      ok: 3,
      failed: 2,
      complete: false,
      failures: [
        { locationId: "beijing", reason: "met: HTTP 503: Scripted" },
        { locationId: "new-york", reason: "met: HTTP 503: Scripted" },
      ],
    });
    const shown = Object.keys(await readTable(it)).filter((key) => key.endsWith(" LATEST"));
    expect(shown).toEqual(["LOC#apalachicola LATEST", "LOC#london LATEST", "LOC#lord-howe LATEST"]);
  });

  test("after three tries there is a dead letter for each of them, and an alarm", async () => {
    await it.cloud.clock.advance("1h");
    expect(await it.cloud.idle()).toEqual(dead(2));
    expect(await alarm("DeadTasks")).toBe("ALARM");
    expect(await alarm("Run")).toBe("OK");
  });

  test("the sweep asks for these two alone, makes no second dead letter, and says that the run is not complete", async () => {
    it.providers.clearLog();
    await it.cloud.clock.advance("75m");
    expect(await it.cloud.idle()).toEqual(dead(2));
    const asked = it.providers.log();
    expect(asked.every(({ path }) => /lat=(39\.9|40\.7)/.test(path))).toBe(true);
    expect(asked).toHaveLength(6); // three attempts for each
    expect(asked.every(({ time }) => time >= "2026-01-16T03:37:00.000Z")).toBe(true);
    expect(await runComplete()).toEqual([0]);
    expect(await alarm("Run")).toBe("ALARM");
  });
});

describe("when the provider is well again", () => {
  test("each dead letter that goes back does its work, and the run is complete", async () => {
    it.providers.script([]);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const sqs = new SQSClient({ endpoint: it.cloud.endpoint, region: "us-east-1", credentials });
    expect(await redrive(sqs, "local")).toBe(2);
    await it.cloud.clock.advance("2m");
    expect(await it.cloud.idle()).toHaveNoDeadLetters();
    expect(await report()).toMatchObject({ planned: 5, ok: 5, failed: 0, complete: true, failures: [] });
    expect(await redrive(sqs, "local")).toBe(0);
  });

  test("the next night is complete at its sweep, and no alarm is left", async () => {
    await it.night();
    await it.cloud.clock.advance("80m");
    expect(await runComplete()).toEqual([0, 1]);
    expect(await report("2026-01-17")).toMatchObject({ planned: 5, ok: 5, complete: true });
    for (const name of ["Run", "DeadTasks", "Refused", "NoNight"])
      expect([name, await alarm(name)]).toEqual([name, "OK"]);
  });
});

const task = (locationId: string) => ({ runId: "2026-01-18", locationId });

test("what is no task fails alone in its batch, and becomes a dead letter", async () => {
  expect(await it.deliver([task("london"), "poison", task("beijing")])).toEqual([1]);
  await it.enqueue(["poison", task("lord-howe")]);
  await it.cloud.clock.advance("2h");
  expect(await it.cloud.idle()).toEqual(dead(1));
  const results = Object.keys(await readTable(it)).filter((key) => key.startsWith("RUN#2026-01-18"));
  expect(results.map((key) => key.slice("RUN#2026-01-18 LOC#".length))).toEqual(["beijing", "london", "lord-howe"]);
});
