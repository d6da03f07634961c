"use strict";
// The function's Date follows the clock of the cloud: it runs on in real time from the instant that came with the
// invocation. `performance`, timers and process.hrtime stay real.
const RealDate = globalThis.Date;
let offsetMs = 0;

const now = () => RealDate.now() + offsetMs;

function Date(...args) {
  if (new.target === undefined) return new RealDate(now()).toString();
  return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, new.target === Date ? RealDate : new.target);
}

const install = () => {
  for (const name of ["parse", "UTC"]) {
    Object.defineProperty(Date, name, { value: RealDate[name], writable: true, configurable: true });
  }
  Object.defineProperty(Date, "now", { value: now, writable: true, configurable: true });
  Object.defineProperty(Date, "length", { value: RealDate.length, configurable: true });
  Object.defineProperty(Date, "prototype", { value: RealDate.prototype, writable: false });
  Object.defineProperty(RealDate.prototype, "constructor", { value: Date, writable: true, configurable: true });
  globalThis.Date = Date;
};

/** Below this the difference is only the way the message took: correcting it would make the time jump back and forth. */
const JITTER_MS = 200;

/** Sets the time to the instant of the cloud, in milliseconds since 1970. */
const setNow = (instant, frozen) => {
  const wanted = instant - RealDate.now();
  offsetMs = !frozen && Math.abs(wanted) < JITTER_MS ? 0 : wanted;
  if (frozen) globalThis[Symbol.for("warmstart.clock")] = clock;
};

/** What code that has to wait uses under a frozen clock, where a real wait would only cost time. */
const clock = Object.freeze({
  skip: (ms) => {
    offsetMs += Math.max(0, ms);
  },
});

module.exports = { install, setNow, now };
