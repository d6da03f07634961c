import { afterEach, expect, test } from "@jest/globals";
import { createLocalPeers } from "./local-peers.ts";

const nowhere = "http://127.0.0.1:1";
const peers = createLocalPeers(() => nowhere);
afterEach(() => peers.stop());

test("a service that calls nobody brings nothing along", async () => {
  expect(await peers.parametersOf("users")).toEqual({});
});

test("what a service brings along is started once, however often it is deployed, and is gone after the stop", async () => {
  const [first, second] = await Promise.all([
    peers.parametersOf("weather-scraper"),
    peers.parametersOf("weather-scraper"),
  ]);
  const { ProvidersUrl = "" } = first;
  expect(second).toEqual(first);
  expect((await fetch(`${ProvidersUrl}/_log`)).status).toBe(200);
  await peers.stop();
  await expect(fetch(`${ProvidersUrl}/_log`)).rejects.toThrow("fetch failed");
});
