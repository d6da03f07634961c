// Imports as staff make them: a form, a file sent with it, and its result.
import { expect } from "@jest/globals";
import { newUser, send, signIn, type DeadLetters } from "@warmstart/testing";
import type { ImportForm, ImportView } from "../src/import.ts";
import { bearer, openProducts, type Products } from "./open-products.ts";

type Fields = Readonly<Record<string, string>>;

export interface Imports extends Products {
  /** Headers of somebody who works here, whatever time it is. */
  readonly staffNow: () => Promise<Fields>;
  readonly newImport: (query?: string) => Promise<ImportForm>;
  /** What a browser sends for the form: its fields, then the file. */
  readonly sendFile: (form: ImportForm, content: string | Uint8Array, changed?: Fields) => Promise<number>;
  readonly view: (id: string) => Promise<ImportView>;
  /** Lines of the result, without those at its end that are empty. */
  readonly result: (id: string) => Promise<readonly string[]>;
  /** Sends a file as an import of its own; its id. */
  readonly sent: (content: string | Uint8Array, query?: string) => Promise<string>;
  /** Waits for all that is under way, however long: a large import has minutes. */
  readonly settled: () => Promise<DeadLetters>;
  /** Moves the clock on until SQS has delivered again what a run that died has left, and waits for the next run. */
  readonly redelivered: () => Promise<DeadLetters>;
  /** Calls the function with an event, and waits; true when it took every message of it. */
  readonly deliver: (event: unknown) => Promise<boolean>;
  /** So much time for a run from here on, instead of 15 minutes. */
  readonly setTimeLimit: (seconds: number) => Promise<void>;
}

/** Throws any other error. */
const isBusy = (error: unknown): true => {
  if (error instanceof Error && error.message.includes("still busy")) return true;
  throw error;
};

const FUNCTION = "products-local-importProducts";

const sendFile: Imports["sendFile"] = async ({ url, fields }, content, changed = {}) => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
  form.append("file", new Blob([typeof content === "string" ? content : new Uint8Array(content)]), "products.csv");
  return (await fetch(url, { method: "POST", body: form })).status;
};

export const openImports = async (...given: Parameters<typeof openProducts>): Promise<Imports> => {
  const products = await openProducts(...given);
  const { app, cloud, users } = products;
  const ann = await newUser(cloud, users, { email: "ann@example.com", group: "staff" });
  // The sweeper is not what is tried here, and hours of the clock would be hundreds of its runs.
  await cloud.call("events", "AWSEvents.DisableRule", { Name: app.resource("SweepEventsRuleSchedule1") });
  const staffNow = async () => bearer(await signIn(cloud, users, ann));
  const newImport: Imports["newImport"] = async (query = "") => {
    const answer = await app.http.post(`/v1/product-imports${query}`, { headers: await staffNow() });
    expect(answer).toBeHttp(201);
    return answer.json as ImportForm; // the API's schema
  };
  const view: Imports["view"] = async (id) => {
    const answer = await app.http.get(`/v1/product-imports/${id}`, { headers: await staffNow() });
    expect(answer).toBeHttp(200);
    return answer.json as ImportView; // the API's schema
  };
  /** The cloud waits for half a minute at a time. */
  const quiet = async (): Promise<void> => {
    for (let busy = true; busy;) busy = await cloud.ask("POST", "/idle", {}).then(() => false, isBusy);
  };
  const settled = async (): Promise<DeadLetters> => {
    await quiet();
    return cloud.idle();
  };
  const lambda = (method: string, path: string, body?: unknown) =>
    send(method, `${cloud.endpoint}/2015-03-31/functions/${FUNCTION}/${path}`, { body, sign: { service: "lambda" } });
  return {
    ...products,
    staffNow,
    newImport,
    sendFile,
    view,
    result: async (id) => {
      const { resultUrl = "" } = await view(id);
      const { status, text } = await send("GET", resultUrl);
      expect(status).toBe(200);
      return text.trimEnd().split("\n");
    },
    sent: async (content, query) => {
      const form = await newImport(query);
      expect(await sendFile(form, content)).toBe(204);
      return form.id;
    },
    settled,
    redelivered: async () => {
      await cloud.clock.advance("91m").catch(isBusy);
      await quiet();
      await cloud.clock.advance("1s"); // where it broke off, the test's own clock stood still
      return cloud.idle();
    },
    deliver: async (event) => {
      const { headers: answered, json } = await lambda("POST", "invocations", event);
      const { batchItemFailures = [] } = (json ?? {}) as { batchItemFailures?: readonly unknown[] }; // Lambda's format
      return !("x-amz-function-error" in answered) && batchItemFailures.length === 0;
    },
    setTimeLimit: async (seconds) => {
      expect(await lambda("PUT", "configuration", { Timeout: seconds })).toMatchObject({ status: 200 });
    },
  };
};
