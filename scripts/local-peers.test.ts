import { afterEach, expect, test } from "@jest/globals";
import { createLocalPeers } from "@warmstart/cloud/dev";
import { serviceFolder } from "./repository.ts";

const nowhere = "http://127.0.0.1:1";
const peers = createLocalPeers(() => nowhere);
afterEach(() => peers.stop());

const settingsOf = (name: string) => peers.settingsOf({ name, folder: serviceFolder(name) });

test("a service that calls nobody brings nothing along", async () => {
  expect(await settingsOf("users")).toEqual({});
});

test("what a service brings along is started once, however often it is deployed, and is gone after the stop", async () => {
  const [first, second] = await Promise.all([settingsOf("weather-scraper"), settingsOf("weather-scraper")]);
  const { ProvidersUrl = "" } = first.parameters ?? {};
  expect(second).toEqual(first);
  expect((await fetch(`${ProvidersUrl}/_log`)).status).toBe(200);
  await peers.stop();
  await expect(fetch(`${ProvidersUrl}/_log`)).rejects.toThrow("fetch failed");
});
