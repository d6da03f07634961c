// One suite for every implementation of a port: what holds in memory must hold in the real store.

type Describe = (name: string, body: () => void) => void;

/** The test runner's own; this package is also loaded where none runs. */
const runnersDescribe = (): Describe => {
  const describe: unknown = Reflect.get(globalThis, "describe");
  if (typeof describe === "function") return describe as Describe;
  throw new Error("A contract runs inside of a test runner: there is no global `describe` here");
};

/**
 * `const linkStore = contract("a store of links", (open) => { test("…", async () => { const links = await open(); … }); })`;
 * then in the test of each implementation: `linkStore("in memory", memoryLinks)`.
 */
export const contract =
  <Open>(name: string, suite: (open: Open) => void) =>
  (implementation: string, open: Open): void =>
    runnersDescribe()(`${name} ${implementation}`, () => suite(open));
