import { send, type TestUser } from "@warmstart/testing";
import { randomUUID } from "node:crypto";
import { signUps } from "./people.ts";
import { check, type Demo, DemoFailure, step } from "./steps.ts";

interface Order {
  readonly id: string;
  readonly status: string;
}

interface Stock {
  readonly available: number;
  readonly reserved: number;
}

const STOCK = 3;
const PRICE = { amount: 4999, currency: "EUR" };
const ADDRESS = { name: "Ann", line1: "Main Street 1", city: "Vienna", postalCode: "1010", country: "AT" };

/** As somebody; every request has a key of its own, so that any of them could be sent again. */
const ask = (who: TestUser, method: string, url: string, body?: object) => {
  const headers = { authorization: `Bearer ${who.accessToken}`, "idempotency-key": randomUUID() };
  return send(method, url, { headers, ...(body !== undefined && { body }) });
};

const makeProduct = async (products: string, staff: TestUser): Promise<string> => {
  const lamp = { sku: `LAMP-${randomUUID().slice(0, 8).toUpperCase()}`, name: "Lamp", price: PRICE };
  const body = { ...lamp, category: "lamps", status: "active" };
  const created = await ask(staff, "POST", `${products}/v1/products`, body);
  check(created.status === 201, "201 for the new product", created.text);
  const { id } = created.json as { id: string }; // the API's schema
  const delivery = { delta: STOCK, reason: "delivery" };
  const adjusted = await ask(staff, "POST", `${products}/v1/products/${id}/stock-adjustments`, delivery);
  check(adjusted.status === 200, "200 for the delivery", adjusted.text);
  return id;
};

/** Two people want the last lamps at once: one gets them, the other is told; what one gives back, the other buys. */
export const store: Demo = async (context) => {
  const { url } = context;
  const products = context.services["products"]?.url ?? "";
  const signUp = await signUps(context);
  const [ann, bob, staff] = [await signUp("ann"), await signUp("bob"), await signUp("staff", "staff")];
  step("signed up", `${ann.email}, ${bob.email}`);

  const lamp = await makeProduct(products, staff);
  const stock = async (): Promise<Stock> =>
    (await ask(staff, "GET", `${products}/v1/products/${lamp}/stock`)).json as Stock; // the API's schema
  step("a product", `${lamp}, ${STOCK} of it at 49.99 EUR`);

  const order = { items: [{ productId: lamp, quantity: 2 }], shippingAddress: ADDRESS, currency: "EUR" };
  const place = (who: TestUser) => ask(who, "POST", `${url}/v1/orders`, order);
  const placed = await Promise.all([place(ann), place(bob)]);
  const first = placed.findIndex(({ status }) => status === 201);
  const [winner, loser] = first === 0 ? [ann, bob] : [bob, ann];
  const [won, lost] = [placed[first], placed[1 - first]];
  if (won === undefined || lost?.status !== 409)
    throw new DemoFailure(`wanted one order and one 409, got ${placed.map(({ text }) => text).join("\n")}`);
  const { id, status } = won.json as Order; // checked in the line before
  step("both order two at once", `${winner.email.split("-")[0]}: 201 ${status}`);
  const { code, shortages } = lost.json as { code: string; shortages: readonly { available: number }[] }; // a problem
  const left = shortages[0]?.available;
  check(code === "insufficient-stock" && left === 1, "a shortage with one left", lost.text);
  step("the other is told", `${loser.email.split("-")[0]}: 409 ${code}, ${left} left`);
  const taken = await stock();
  check(taken.available === 1 && taken.reserved === 2, "one left, two reserved", taken);
  step("the stock", `${taken.available} available, ${taken.reserved} reserved`);

  const cancelled = await ask(winner, "POST", `${url}/v1/orders/${id}/cancel`);
  check(cancelled.status === 200, "200 for the cancellation", cancelled.text);
  const returned = await stock();
  check(returned.available === STOCK && returned.reserved === 0, "all of the stock", returned);
  step("the first cancels", `${returned.available} available, ${returned.reserved} reserved`);

  const again = await place(loser);
  check(again.status === 201, "201 for the second try", again.text);
  const mine = `${url}/v1/orders/${(again.json as Order).id}`; // checked in the line before
  const paid = await ask(loser, "POST", `${mine}/pay`, { paymentToken: "tok_ok" });
  check(paid.status === 200, "200 for the payment", paid.text);
  const shipped = await ask(staff, "POST", `${mine}/ship`);
  check(shipped.status === 200, "200 for the shipment", shipped.text);
  step("the other orders, pays; staff ship it", (shipped.json as Order).status); // checked in the line before
  const foreign = await ask(winner, "GET", mine);
  check(foreign.status === 404, "404 for another's order", foreign.text);
  step("another's order", `404 ${(foreign.json as { code: string }).code}`);
};
