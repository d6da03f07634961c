// Which voice speaks a post, with which engine, in which language.
import { fail } from "./errors.ts";
import { ENGINES, type Voicing } from "./post.ts";
import type { NewPost } from "./post-schemas.ts";
import type { Voice } from "./ports.ts";
import prices from "./prices.json" with { type: "json" };

type Choice = Pick<Voicing, "voice" | "engine" | "language" | "sampleRate">;
type Wish = Pick<NewPost, "voice" | "engine" | "language" | "marks">; // of a post, or of a list

const DEFAULT_VOICE = "Joanna";
/** Hz; what Polly takes itself when none is asked for. */
const SAMPLE_RATE = { standard: 22_050, neural: 24_000, "long-form": 24_000, generative: 24_000 } as const;

const { microUsdPerCharacter: price } = prices;
const CHEAPEST_FIRST = ENGINES.toSorted((a, b) => price[a] - price[b]);

/** Those that may be used; Polly gives no marks with generative voices. */
const enginesFor = ({ engines }: Voice, { engine, marks = false }: Wish) =>
  CHEAPEST_FIRST.filter(
    (each) => engines.includes(each) && (engine === undefined || engine === each) && !(marks && each === "generative"),
  );

const refuse = (detail: string, voices: readonly Voice[], wish: Wish) =>
  fail("voice", detail, {
    extensions: {
      voices: voices
        .map((voice) => ({ voice: voice.id, languages: voice.languages, engines: enginesFor(voice, wish) }))
        .filter(({ engines }) => engines.length > 0),
    },
  });

/** Those that speak the language and are offered by the engine. */
export const voicesFor = (all: readonly Voice[], wish: Wish): readonly Voice[] =>
  all.filter(
    (voice) =>
      (wish.language === undefined || voice.languages.includes(wish.language)) && enginesFor(voice, wish).length > 0,
  );

/** The wished one or one that fits the wishes; what would do is in the problem, when there is none. */
export const chooseVoice = (all: readonly Voice[], wish: Wish): Choice => {
  const { voice: id, language } = wish;
  const fitting = voicesFor(all, wish);
  const wanted = id ?? DEFAULT_VOICE;
  const voice = fitting.find((each) => each.id === wanted) ?? (id === undefined ? fitting[0] : undefined);
  if (voice !== undefined) {
    const [engine = "standard"] = enginesFor(voice, wish);
    return { voice: voice.id, engine, language: language ?? voice.language, sampleRate: SAMPLE_RATE[engine] };
  }
  const known = all.find((each) => each.id === id);
  if (known === undefined) throw refuse("There is no such voice that would do; these would", fitting, wish);
  const { engine: _engine, ...rest } = wish;
  throw refuse("The voice does not do what is asked; this is what it does", [known], rest);
};
