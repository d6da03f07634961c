// npm run demo [-- <service>…] [-- --photo <file>]: drives each service on real input as a user would.
// Uses the running cloud, or a temporary one. Exit status 0 only when every step's result was checked and right.
import { parseArgs } from "node:util";
import { clientEnvironment, createCloud, runningEndpoint } from "@warmstart/cloud";
import { imageResizer } from "./demo/image-resizer.ts";
import { type Demo, DemoFailure, type DemoContext, say } from "./demo/steps.ts";
import { urlShortener } from "./demo/url-shortener.ts";
import { packageServices } from "./package-services.ts";
import { serviceFolder, services } from "./repository.ts";

const DEMOS: Readonly<Record<string, Demo>> = { "image-resizer": imageResizer, "url-shortener": urlShortener };

interface Deployed {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const temporaryCloud = async (names: readonly string[]): Promise<Deployed> => {
  say("No cloud is running: packaging and starting a temporary one …");
  const packaged = await packageServices(services());
  if (packaged.status !== 0) throw new DemoFailure(packaged.output);
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

const { values, positionals } = parseArgs({ allowPositionals: true, options: { photo: { type: "string" } } });
const names = positionals.length > 0 ? positionals : Object.keys(DEMOS);
const unknown = names.filter((name) => !Object.hasOwn(DEMOS, name));
if (unknown.length > 0) {
  process.stderr.write(`No demo for ${unknown.join(", ")}; there are: ${Object.keys(DEMOS).join(", ")}\n`);
  process.exit(2);
}

const cloud = await findCloud(names);
try {
  for (const name of names) {
    const state = await fetch(`${cloud.endpoint}/_warmstart/v1/state`);
    const { services: deployed } = (await state.json()) as { services: DemoContext["services"] }; // the admin API
    const service = deployed[name];
    if (service?.url === undefined) throw new DemoFailure(`${name} is not deployed in ${cloud.endpoint}`);
    say(`\n${name}  ${service.url}`);
    const environment = clientEnvironment(cloud.endpoint);
    await DEMOS[name]?.({
      endpoint: cloud.endpoint,
      url: service.url,
      services: deployed,
      environment,
      photo: values.photo,
    });
  }
  say("\nEvery step came back as it should.");
} catch (error) {
  process.stderr.write(
    `\n✘ ${error instanceof DemoFailure ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
} finally {
  await cloud.close();
}
