// A products service that answers what a test wants, over real HTTP.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeProducts {
  readonly url: string;
  readonly asked: IncomingMessage[];
  /** How it answers from now on. */
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  readonly close: () => Promise<void>;
}

export const json =
  (status: number, body: unknown): FakeProducts["answer"] =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

export const fakeProducts = async (): Promise<FakeProducts> => {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => fake.answer(request, response, Buffer.concat(chunks).toString("utf8")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const fake: FakeProducts = {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer: json(500, {}),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
};

/** Everything is on sale at 19.99, ten of each. */
export const obliging: FakeProducts["answer"] = (request, response, body) => {
  const { items = [] } = (body === "" ? {} : JSON.parse(body)) as { items?: { productId: string; quantity: number }[] }; // what this service sends
  const [, , path = "", orderId = "", verb] = (request.url ?? "").split("/");
  if (path === "quotes") {
    const unitPrice = { amount: 1999, currency: "EUR" };
    const quoted = items.map(({ productId }) => ({ productId, name: "Lamp", unitPrice }));
    return json(200, { items: quoted })(request, response, body);
  }
  const short = Map.groupBy(items, ({ productId }) => productId)
    .values()
    .some((lines) => lines.reduce((sum, { quantity }) => sum + quantity, 0) > 10);
  const shortages = items.map(({ productId }) => ({ productId, available: 10 }));
  if (short) return json(409, { code: "insufficient-stock", shortages })(request, response, body);
  const state = verb === "commit" ? "COMMITTED" : verb === "release" ? "RELEASED" : "HELD"; // prettier-ignore
  return json(200, { orderId, state, items })(request, response, body);
};
