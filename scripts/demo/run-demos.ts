// The demos one after another, in the running cloud or a temporary one.
import { clientEnvironment } from "@warmstart/cloud";
import { findCloud, type FoundCloud } from "../find-cloud.ts";
import { imageResizer } from "./image-resizer.ts";
import { segyMetadata } from "./segy-metadata.ts";
import { type Demo, DemoFailure, type DemoContext, type DemoOptions, say } from "./steps.ts";
import { store } from "./store.ts";
import { textToSpeech } from "./text-to-speech.ts";
import { urlShortener } from "./url-shortener.ts";
import { weatherScraper } from "./weather-scraper.ts";

const DEMOS: Readonly<Record<string, Demo>> = {
  "image-resizer": imageResizer,
  orders: store,
  "segy-metadata": segyMetadata,
  "text-to-speech": textToSpeech,
  "url-shortener": urlShortener,
  "weather-scraper": weatherScraper,
};

const runOne = async (name: string, { endpoint }: FoundCloud, options: DemoOptions): Promise<void> => {
  const state = await fetch(`${endpoint}/_warmstart/v1/state`);
  const { services: deployed } = (await state.json()) as { services: DemoContext["services"] }; // the admin API
  const service = deployed[name];
  if (service?.url === undefined) {
    throw new DemoFailure(`${name} is not deployed in ${endpoint}; npx warmstart deploy services/${name} does it`);
  }
  say(`\n${name}  ${service.url}`);
  await DEMOS[name]?.({
    endpoint,
    url: service.url,
    services: deployed,
    environment: clientEnvironment(endpoint),
    ...options,
  });
};

/** Runs these demos, or all; answers the exit status. */
export const runDemos = async (wanted: readonly string[], options: DemoOptions): Promise<number> => {
  const names = wanted.length > 0 ? wanted : Object.keys(DEMOS);
  const unknown = names.filter((name) => !Object.hasOwn(DEMOS, name));
  if (unknown.length > 0) {
    process.stderr.write(`No demo for ${unknown.join(", ")}; there are: ${Object.keys(DEMOS).join(", ")}\n`);
    return 2;
  }
  const cloud = await findCloud(names, say);
  try {
    for (const name of names) await runOne(name, cloud, options);
    say("\nEvery step came back as it should.");
    return 0;
  } catch (error) {
    const unexpected = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\n✘ ${error instanceof DemoFailure ? error.message : unexpected}\n`);
    return 1;
  } finally {
    await cloud.close();
  }
};
