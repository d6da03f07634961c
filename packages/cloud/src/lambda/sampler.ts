// Looks at the memory of busy processes every 25 ms of real time, and lets their log lines out meanwhile.
import type { Environment } from "./environment.ts";
import { LOCAL } from "./limits.ts";
import { residentBytes } from "./memory.ts";

export interface Sampler {
  readonly watch: (environment: Environment, limitBytes: number) => void;
  readonly forget: (environment: Environment) => void;
  readonly watches: (environment: Environment) => boolean;
}

export const createSampler = (): Sampler => {
  const watched = new Map<Environment, number>();
  let timer: NodeJS.Timeout | undefined;
  const sample = (): void => {
    if (watched.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const [environment, limitBytes] of watched) {
      const bytes = residentBytes(environment.process.pid);
      environment.peakBytes = Math.max(environment.peakBytes, bytes);
      if (bytes > limitBytes) environment.end();
      environment.log.flush();
    }
  };
  return {
    watch: (environment, limitBytes) => {
      watched.set(environment, limitBytes);
      timer ??= setInterval(sample, LOCAL.sampleMs);
    },
    forget: (environment) => {
      watched.delete(environment);
    },
    watches: (environment) => watched.has(environment),
  };
};
