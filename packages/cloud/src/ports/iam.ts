// Who may do what, as the services ask it.
import type { Need, Principal } from "../gateway/service.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import type { RoleRights } from "../iam/rights.ts";

/** Temporary keys of a role, as an execution environment gets them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** AWS's words: `User: arn:… is not authorized to perform: … because no identity-based policy allows the … action`. */
      readonly message: string;
    };

export interface Iam {
  /** Explicit deny > allow of identity or resource policy > implicit deny. Keeps denials for `status`. */
  readonly decide: (principal: Principal, need: Need, resourcePolicy?: PolicyDocument) => Decision;
  /** Keys for a role, valid until the cloud ends or `revoke`. */
  readonly mint: (roleArn: string, sessionName: string) => Credentials;
  readonly revoke: (accessKeyId: string) => void;
  /** The key's secret and whose it is; undefined for an unknown key. */
  readonly findKey: (
    accessKeyId: string,
  ) => { readonly secretAccessKey: string; readonly sessionToken?: string; readonly principal: Principal } | undefined;
  /** Whether the service may take this role (trust policy) for the resource `sourceArn` of this account, if it says so. */
  readonly trusts: (roleArn: string, service: string, sourceArn?: string) => boolean;
  readonly denials: () => readonly Denial[];
}

/** What `createIam` gives beyond the port that every service may use: for STS, the gateway and `status`. */
export interface AccountIam extends Iam {
  /** As `decide`, but a question only: no denial is kept. */
  readonly allows: (principal: Principal, need: Need, resourcePolicy?: PolicyDocument) => boolean;
  /** Keys with an end; `findKey` throws ExpiredToken from then on. */
  readonly mint: (roleArn: string, sessionName: string, expiresAt?: number) => Credentials;
  /** sts:AssumeRole: the trust policy must agree, and the caller's own policies when it names the whole account. */
  readonly mayAssume: (principal: Principal, roleArn: string, context?: Need["context"]) => Decision;
  readonly principalOf: (roleArn: string, sessionName: string) => Principal & { readonly kind: "role" };
  /** `aws:userid`: `<role id>:<session>`. */
  readonly userId: (principal: Principal) => string | undefined;
  readonly maxSessionSeconds: (roleArn: string) => number;
  readonly rights: () => readonly RoleRights[];
}

export interface Denial {
  readonly time: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  /** The statement that would allow it. */
  readonly missing: { readonly Effect: "Allow"; readonly Action: string; readonly Resource: string };
}
