// OWASP API 7 (2023): no function fetches an address that somebody sent. Images are shown by their address alone.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openProducts, type Products } from "../test/open-products.ts";

let s: Products;
beforeAll(async () => {
  s = await openProducts();
});
afterAll(() => s.cloud.close());

test("an image is never fetched, and only an https address is one", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  server.on("connection", () => asked++);
  const { port } = server.address() as AddressInfo; // it listens on a port
  const images = [`https://127.0.0.1:${port}/a.jpg`, `https://localhost:${port}/`, "https://169.254.169.254/latest/"];
  const { id } = await s.stocked(1, { images });
  expect(await s.app.http.get(`/v1/products/${id}`)).toBeHttp(200, { images });
  await s.cloud.idle();
  expect(asked).toBe(0);
  server.close();
  for (const image of [`http://127.0.0.1:${port}/`, "file:///etc/passwd", "gopher://x", "data:text/html,x", "//x"]) {
    const body = { sku: "IMAGE-1", name: "x", price: { amount: 1, currency: "EUR" }, category: "x", images: [image] };
    expect(await s.app.http.post("/v1/products", { headers: s.staff, body })).toBeProblem(422, "validation-failed");
  }
});
