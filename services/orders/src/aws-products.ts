// Products behind its internal routes. Nothing of an answer is believed unchecked.
import * as v from "valibot";
import { Amount, Currency, type Item, type OrderId, Shortage } from "./order-schemas.ts";
import type { NoAnswer, Products, Quote, Quoted, Reserved } from "./products.ts";
import type { Answer, SignedHttp } from "./signed-http.ts";

const TRIES = 2;
const MOST_AMOUNT = 1e12;

const UnitPrice = v.strictObject({ amount: v.pipe(Amount, v.maxValue(MOST_AMOUNT)), currency: Currency });
const QuoteAnswer = v.object({
  items: v.array(
    v.object({
      productId: v.string(),
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
      unitPrice: UnitPrice,
    }),
  ),
});
const State = v.object({ orderId: v.string(), state: v.picklist(["HELD", "COMMITTED", "RELEASED"]) });
const Problem = v.object({
  code: v.string(),
  errors: v.optional(v.array(v.object({ pointer: v.string() }))),
  shortages: v.optional(v.array(Shortage)),
});
type Problem = v.InferOutput<typeof Problem>;

const noAnswer = (reason: string): NoAnswer => ({ kind: "no-answer", reason });

/** An answer that says something; `tries` tells whether an earlier one may still arrive. */
interface Told {
  readonly kind: "told";
  readonly status: number;
  readonly json: unknown;
  readonly problem: Problem | undefined;
  readonly tries: number;
}

const problemOf = ({ status, json }: Answer): Problem | undefined => {
  const checked = status < 400 ? undefined : v.safeParse(Problem, json);
  return checked?.success === true ? checked.output : undefined;
};

/** Asks twice; 5xx, 429 and what cannot be read are no answer. */
const ask = async (send: () => Promise<Answer>): Promise<Told | NoAnswer> => {
  let reason = "";
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      const answer = await send();
      const problem = problemOf(answer);
      const says = answer.status < 300 || problem !== undefined;
      if (says && answer.status < 500 && answer.status !== 429) return { kind: "told", ...answer, problem, tries };
      reason = `status ${answer.status}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  return noAnswer(reason);
};

/** Every product once: what the same product costs twice would be nobody's business. */
const distinct = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((item) => [item.productId, item])).values(),
];

const unknownOf = ({ errors = [] }: Problem, asked: readonly Item[]): readonly string[] => {
  const indexes = errors.map(({ pointer }) => Number(/^#\/items\/(\d+)/.exec(pointer)?.[1]));
  return indexes.flatMap((index) => asked[index]?.productId ?? []);
};

const quoteOf = (told: Told, asked: readonly Item[]): Quote => {
  const { status, json, problem } = told;
  const productIds = problem && status === 422 ? unknownOf(problem, asked) : [];
  if (productIds.length > 0) return { kind: "unknown", productIds };
  const checked = status === 200 ? v.safeParse(QuoteAnswer, json) : undefined;
  if (checked?.success !== true) return noAnswer(`a quote that is none, status ${status}`);
  const items = new Map<string, Quoted>(checked.output.items.map((item) => [item.productId, item]));
  const isWhole = checked.output.items.length === asked.length && asked.every(({ productId }) => items.has(productId));
  return isWhole ? { kind: "quoted", items } : noAnswer("a quote of other products than those asked for");
};

/** The state of this order's reservation, when that is what was answered. */
const stateOf = ({ status, json }: Told, id: OrderId): v.InferOutput<typeof State>["state"] | undefined => {
  const checked = status === 200 || status === 201 ? v.safeParse(State, json) : undefined;
  return checked?.success === true && checked.output.orderId === id ? checked.output.state : undefined;
};

const reservedOf = (told: Told, id: OrderId): Reserved => {
  const { status, problem, tries } = told;
  if (stateOf(told, id) === "HELD") return { kind: "held" };
  if (status === 409 && problem?.code === "insufficient-stock")
    return { kind: "short", sure: tries === 1, shortages: problem.shortages ?? [] };
  if ((status === 409 && problem?.code === "invalid-state") || status === 422) return { kind: "given-up" };
  return noAnswer(`status ${status} ${problem?.code ?? ""}`);
};

/** The API of products at `base`, such as `https://….execute-api.us-east-1.amazonaws.com`. */
export const awsProducts = (base: string, send: SignedHttp): Products => {
  const at = (id: OrderId): string => `${base}/internal/reservations/${id}`;
  return {
    async quote(items) {
      const asked = distinct(items);
      const answer = await ask(() => send("POST", `${base}/internal/quotes`, { items: asked }));
      return answer.kind === "told" ? quoteOf(answer, asked) : answer;
    },
    async reserve({ id, ...reservation }) {
      const answer = await ask(() => send("PUT", at(id), reservation));
      return answer.kind === "told" ? reservedOf(answer, id) : answer;
    },
    async commit(id) {
      const answer = await ask(() => send("POST", `${at(id)}/commit`));
      if (answer.kind !== "told") return answer;
      if (stateOf(answer, id) === "COMMITTED") return { kind: "committed" };
      const isGone = answer.problem?.code === "invalid-state" || answer.problem?.code === "not-found";
      return isGone ? { kind: "gone" } : noAnswer(`status ${answer.status}`);
    },
    async release(id) {
      const answer = await ask(() => send("POST", `${at(id)}/release`));
      if (answer.kind !== "told") return answer;
      return stateOf(answer, id) === "RELEASED" ? { kind: "released" } : noAnswer(`status ${answer.status}`);
    },
  };
};
