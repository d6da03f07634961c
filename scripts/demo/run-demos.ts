import { clientEnvironment, createCloud, runningEndpoint } from "@warmstart/cloud";
import { packageServices, packagingErrors } from "../package-services.ts";
import { serviceFolder, services } from "../repository.ts";
import { imageResizer } from "./image-resizer.ts";
import { type Demo, DemoFailure, type DemoContext, say } from "./steps.ts";
import { urlShortener } from "./url-shortener.ts";

const DEMOS: Readonly<Record<string, Demo>> = { "image-resizer": imageResizer, "url-shortener": urlShortener };

interface Deployed {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const temporaryCloud = async (names: readonly string[]): Promise<Deployed> => {
  say("No cloud is running: packaging and starting a temporary one …");
  const packaged = await packageServices(services());
  if (packaged.status !== 0) throw new DemoFailure(packagingErrors(packaged.output));
  const cloud = await createCloud({ port: 0 });
  for (const name of names) await cloud.deploy({ folder: serviceFolder(name) });
  return cloud;
};

const findCloud = async (names: readonly string[]): Promise<Deployed> => {
  const endpoint = await runningEndpoint();
  if (endpoint === undefined) return temporaryCloud(names);
  say(`Using the cloud at ${endpoint}`);
  return { endpoint, close: async () => {} };
};

const runOne = async (name: string, { endpoint }: Deployed, photo: string | undefined): Promise<void> => {
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
    photo,
  });
};

/** Runs these demos, or all; answers the exit status. */
export const runDemos = async (wanted: readonly string[], photo: string | undefined): Promise<number> => {
  const names = wanted.length > 0 ? wanted : Object.keys(DEMOS);
  const unknown = names.filter((name) => !Object.hasOwn(DEMOS, name));
  if (unknown.length > 0) {
    process.stderr.write(`No demo for ${unknown.join(", ")}; there are: ${Object.keys(DEMOS).join(", ")}\n`);
    return 2;
  }
  const cloud = await findCloud(names);
  try {
    for (const name of names) await runOne(name, cloud, photo);
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
