// The providers of a place, one after another, until one has an answer.
import { askProvider, type Asking, type NoAnswer, type ProviderAnswer } from "./ask-provider.ts";
import type { Location } from "./config.ts";
import type { LocationState } from "./forecast-store.ts";
import type { Provider } from "./forecast.ts";

export interface Failure extends NoAnswer {
  readonly provider: Provider;
  /** False: it does not cover this place. The next in the order is the first there, so nothing has failed. */
  readonly serves: boolean;
}

export interface ChainAnswer {
  /** Of those who were asked in vain, in order. */
  readonly failures: readonly Failure[];
  readonly found?: { readonly provider: Provider; readonly answer: Exclude<ProviderAnswer, NoAnswer> };
  /** Not the first that serves this place. */
  readonly fallback: boolean;
}

/** Asks in the order given; `fresh` and 304 of the first end it, since what is kept is still its latest. */
export const askProviders = async (
  providers: readonly Provider[],
  location: Location,
  { http, ...asking }: Asking & Pick<LocationState, "http">,
): Promise<ChainAnswer> => {
  const failures: Failure[] = [];
  for (const provider of providers) {
    const state = http[provider];
    const answer = await askProvider(provider, location, { ...asking, state });
    const fallback = failures.some(({ serves }) => serves);
    if (answer.kind !== "none") return { failures, found: { provider, answer }, fallback };
    failures.push({ ...answer, provider, serves: (answer.http ?? state)?.covered !== false });
  }
  return { failures, fallback: false };
};
