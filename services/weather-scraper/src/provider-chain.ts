// The providers of a place, one after another, until one has an answer.
import { askProvider, type Asking, type NoAnswer, type ProviderAnswer } from "./ask-provider.ts";
import type { Location } from "./config.ts";
import type { LocationState } from "./forecast-store.ts";
import type { Provider } from "./forecast.ts";

export interface ChainAnswer {
  /** Of those who were asked in vain, in order. */
  readonly failures: readonly (NoAnswer & { readonly provider: Provider })[];
  readonly found?: { readonly provider: Provider; readonly answer: Exclude<ProviderAnswer, NoAnswer> };
  /** Not the first that serves this place. */
  readonly fallback: boolean;
}

/** Who does not serve a place is no failure: the next in the order is the first there. */
const serves = (failure: NoAnswer, known: LocationState["http"][Provider]): boolean =>
  (failure.http ?? known)?.covered !== false;

/** Asks in the order given; `fresh` and 304 of the first end it, since what is kept is still its latest. */
export const askProviders = async (
  providers: readonly Provider[],
  location: Location,
  { http, ...asking }: Asking & Pick<LocationState, "http">,
): Promise<ChainAnswer> => {
  const failures: (NoAnswer & { provider: Provider })[] = [];
  const fallback = (): boolean => failures.some((failure) => serves(failure, http[failure.provider]));
  for (const provider of providers) {
    const answer = await askProvider(provider, location, { ...asking, state: http[provider] });
    if (answer.kind !== "none") return { failures, found: { provider, answer }, fallback: fallback() };
    failures.push({ ...answer, provider });
  }
  return { failures, fallback: fallback() };
};
