// What `npm start` and `npm run demo` start with this service, before its first deploy: the providers that it asks.
import { clockOf } from "./cloud-clock.ts";
import { type ProviderServer, startProviderServer } from "./provider-server.ts";

/** The default of the parameter ProvidersUrl on the stage `local`. */
const PORT = 4567;

interface Started {
  /** Of every deploy of the service. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const isTaken = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "EADDRINUSE";

/** On the usual port, or on any free one when somebody has that. Its time is the cloud's. */
export const start = async ({ endpoint }: { readonly endpoint: string }): Promise<Started> => {
  const now = clockOf(endpoint);
  const { url, close } = await startProviderServer({ port: PORT, now }).catch(
    (error: unknown): Promise<ProviderServer> => {
      if (!isTaken(error)) throw error;
      return startProviderServer({ now });
    },
  );
  return { parameters: { ProvidersUrl: url }, stop: close };
};
