// The cloud that a script works on: the running one, or a temporary one that ends with the script.
import { createCloud, runningEndpoint } from "@warmstart/cloud";
import { createLocalPeers } from "@warmstart/cloud/dev";
import { inDeployOrder } from "./deploy-order.ts";
import { packageServices, packagingErrors } from "./package-services.ts";
import { serviceFolder, services } from "./repository.ts";

export interface FoundCloud {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/** There is no cloud to work on; the message says why. */
export class NoCloud extends Error {}

const temporaryCloud = async (names: readonly string[]): Promise<FoundCloud> => {
  const packaged = await packageServices(services()); // all: only their templates tell which of them these need
  if (packaged.status !== 0) throw new NoCloud(packagingErrors(packaged.output));
  const cloud = await createCloud({ port: 0 });
  const peers = createLocalPeers(() => cloud.endpoint);
  for (const name of inDeployOrder(names)) {
    const folder = serviceFolder(name);
    await cloud.deploy({ folder, ...(await peers.settingsOf({ name, folder })) });
  }
  return {
    endpoint: cloud.endpoint,
    close: async () => {
      await cloud.close();
      await peers.stop();
    },
  };
};

/** The running cloud, whatever is deployed there, or a temporary one with these services. */
export const findCloud = async (names: readonly string[], say: (text: string) => void): Promise<FoundCloud> => {
  const endpoint = await runningEndpoint();
  if (endpoint === undefined) {
    say("No cloud is running: packaging and starting a temporary one …");
    return temporaryCloud(names);
  }
  say(`Using the cloud at ${endpoint}`);
  return { endpoint, close: async () => {} };
};
