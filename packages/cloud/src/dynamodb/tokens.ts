// ClientRequestToken: a repeated TransactWriteItems within ten minutes answers as the first did and changes nothing.
import type { Ground } from "../ports.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { TOKEN_LIFETIME_MS } from "./limits.ts";

interface Replay {
  readonly fingerprint: string;
  readonly time: number;
  readonly output: Readonly<Record<string, unknown>>;
}

export interface Tokens {
  /** The recorded answer; throws when the token came with other parameters, or its first request still runs. */
  readonly find: (token: string, fingerprint: string) => Replay["output"] | undefined;
  /** Marks the token as running until the returned function is called. */
  readonly begin: (token: string) => () => void;
  /** Call it in the transaction that applies the writes. */
  readonly record: (token: string, fingerprint: string, output: Replay["output"]) => void;
}

export const createTokens = ({ store, clock }: Pick<Ground, "store" | "clock">): Tokens => {
  const stored = store.table<Replay>("dynamodb_tokens");
  const ages = new Map(
    stored
      .list()
      .map(([token, { time }]) => [token, time] as const)
      .toSorted((a, b) => a[1] - b[1]),
  );
  const running = new Set<string>();

  const forgetOld = (): void => {
    for (const [token, time] of ages) {
      if (time + TOKEN_LIFETIME_MS > clock.now()) break;
      ages.delete(token);
      stored.remove(token);
    }
  };
  return {
    find: (token, fingerprint) => {
      forgetOld();
      if (running.has(token)) {
        throw new AwsError("TransactionInProgressException", 400, "The transaction with this token is in progress");
      }
      const replay = ages.has(token) ? stored.get(token) : undefined;
      if (replay !== undefined && replay.fingerprint !== fingerprint) {
        throw new AwsError(
          "IdempotentParameterMismatchException",
          400,
          "The request uses the same client token as a previous, but non-identical request. " +
            "Do not reuse a client token with different requests, unless the requests are identical",
        );
      }
      return replay?.output;
    },
    begin: (token) => {
      running.add(token);
      return () => {
        running.delete(token);
      };
    },
    record: (token, fingerprint, output) => {
      const time = clock.now();
      stored.put(token, { fingerprint, time, output });
      ages.set(token, time);
    },
  };
};
