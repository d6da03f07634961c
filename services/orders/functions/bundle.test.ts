// What loads when a function starts cold: the document client, and little besides.
import { test } from "@jest/globals";
import { expectBundle } from "@warmstart/testing";

test("the function that creates orders is small", async () => {
  await expectBundle("services/orders/createOrder").toBeUnder({ kb: 400 });
});
