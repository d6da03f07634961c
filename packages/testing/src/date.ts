// The test's own Date follows the cloud's clock, so handlers in the test's process and SDK signatures agree with it.

const RealDate = globalThis.Date;

/** Real time, whatever `Date` says. */
export const realNow = RealDate.now;

/** Makes `Date` stand at what `now` tells until the returned function is called. */
export const followClock = (now: () => number): (() => void) => {
  const CloudDate: DateConstructor = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget): Date =>
      Reflect.construct(
        target,
        args.length === 0 ? [now()] : args,
        newTarget === CloudDate ? target : newTarget,
      ) as Date, // it constructs dates
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) =>
      property === "now" ? now : (Reflect.get(target, property, receiver) as unknown),
  });
  const before = globalThis.Date;
  globalThis.Date = CloudDate;
  return () => {
    if (globalThis.Date === CloudDate) globalThis.Date = before;
  };
};
