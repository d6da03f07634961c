// What an order costs: unit prices as products quoted them, times quantities, in one currency.
import { type FieldProblem, invalid } from "@warmstart/middleware";
import { conflict } from "./errors.ts";
import type { Line, Money, NewOrder } from "./order-schemas.ts";
import type { Quoted } from "./products.ts";

const MOST_PER_LINE = 1e12;

const problemOf = (quoted: Quoted | undefined, quantity: number, currency: string): string | undefined => {
  if (quoted === undefined) return "is not on sale";
  if (quoted.unitPrice.currency !== currency) return `is sold in ${quoted.unitPrice.currency}`;
  return quoted.unitPrice.amount * quantity > MOST_PER_LINE ? "costs too much in this quantity" : undefined;
};

/** The lines with their frozen prices; throws 422 naming each that cannot be ordered so. */
export const priceLines = (
  { items, currency }: Pick<NewOrder, "items" | "currency">,
  quotes: ReadonlyMap<string, Quoted>,
): readonly Line[] => {
  const problems: FieldProblem[] = [];
  const lines = items.flatMap(({ productId, quantity }, index) => {
    const quoted = quotes.get(productId);
    const detail = problemOf(quoted, quantity, currency);
    if (detail !== undefined) problems.push({ pointer: `#/items/${index}/productId`, code: "not-orderable", detail });
    if (quoted === undefined || detail !== undefined) return [];
    const { name, unitPrice } = quoted;
    return [{ productId, name, quantity, unitPrice, lineTotal: { amount: unitPrice.amount * quantity, currency } }];
  });
  if (problems.length > 0) throw invalid(problems);
  return lines;
};

/** The sum of all lines; throws 409 when the client expected another. */
export const totalOf = (lines: readonly Line[], { currency, expectedTotal }: NewOrder): Money => {
  const amount = lines.reduce((sum, { lineTotal }) => sum + lineTotal.amount, 0);
  if (expectedTotal && (expectedTotal.amount !== amount || expectedTotal.currency !== currency)) {
    throw conflict("price-changed", `The total is ${amount} ${currency} now`, {
      extensions: { total: { amount, currency } },
    });
  }
  return { amount, currency };
};
