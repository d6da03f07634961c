// Jest's environment for Node, which also shows what a failed test's clouds did, and closes those that a file left open.
import { TestEnvironment } from "jest-environment-node";
import { openLeases } from "./lease.ts";
import { readTraces } from "./trace-listing.ts";

type Options = ConstructorParameters<typeof TestEnvironment>;

/** What of jest's events is read here. */
interface TestEvent {
  readonly name: string;
  readonly test?: { readonly errors: readonly unknown[] };
}

const firstError = (errors: readonly unknown[]): { stack?: string } | undefined =>
  errors.flat().find((error): error is { stack?: string } => typeof error === "object" && error !== null);

const showTraces = async (global: object, errors: readonly unknown[]): Promise<void> => {
  const error = firstError(errors);
  if (error === undefined) return;
  for (const { endpoint } of openLeases(global)) {
    const traces = await readTraces(endpoint);
    if (traces !== "") error.stack = `${error.stack ?? ""}\n\nWhat happened in the cloud at ${endpoint}:\n${traces}\n`;
  }
};

/** Called with `new` by jest, which takes what it returns. */
export default function openEnvironment(...options: Options): InstanceType<typeof TestEnvironment> {
  const environment = new TestEnvironment(...options);
  const { global } = environment;
  const teardown = environment.teardown.bind(environment);
  return Object.assign(environment, {
    handleTestEvent: async ({ name, test }: TestEvent): Promise<void> => {
      if (name === "test_done" && test !== undefined && test.errors.length > 0) await showTraces(global, test.errors);
    },
    teardown: async (): Promise<void> => {
      await Promise.allSettled([...openLeases(global)].map((lease) => lease.close()));
      await teardown();
    },
  });
}
