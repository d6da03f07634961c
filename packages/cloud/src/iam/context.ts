// The condition keys of a request: what the service says about it, and the global keys.
import { ACCOUNT, type Need, type Principal } from "../gateway/service.ts";
import { roleId } from "./roles.ts";
import type { Lookup } from "./pattern.ts";

const principalArn = (principal: Principal): string | undefined => {
  if (principal.kind === "role") return principal.roleArn;
  return principal.kind === "developer" ? principal.arn : undefined;
};

/** `aws:userid`. */
export const userId = (principal: Principal): string | undefined => {
  if (principal.kind === "role") return `${roleId(principal.roleName)}:${principal.sessionName}`;
  return principal.kind === "developer" ? ACCOUNT : undefined;
};

const principalType = { developer: "User", role: "AssumedRole", service: "Service", anonymous: "Anonymous" } as const;

export interface ContextGround {
  readonly now: () => number;
  readonly region: string;
}

const globals: Readonly<
  Record<string, (principal: Principal, need: Need, ground: ContextGround) => string | undefined>
> = {
  "aws:principalarn": (principal) => principalArn(principal),
  "aws:principalaccount": (principal) => (principalArn(principal) === undefined ? undefined : ACCOUNT),
  "aws:principaltype": (principal) => principalType[principal.kind],
  "aws:principalisawsservice": (principal) => String(principal.kind === "service"),
  "aws:userid": (principal) => userId(principal),
  "aws:username": (principal) => (principal.kind === "developer" ? principal.arn.split("/").at(-1) : undefined),
  "aws:resourceaccount": () => ACCOUNT,
  "aws:requestedregion": (_principal, need, ground) => need.resource.split(":")[3] || ground.region,
  "aws:currenttime": (_principal, _need, ground) => new Date(ground.now()).toISOString(),
  "aws:epochtime": (_principal, _need, ground) => String(Math.floor(ground.now() / 1000)),
  "aws:sourceip": (principal) => (principal.kind === "service" ? undefined : "127.0.0.1"),
  // Plain HTTP on loopback counts as secure: the bucket policy that osls writes denies everything else.
  "aws:securetransport": () => "true",
};

/** Reads condition keys lazily: most policies ask for none. */
export const contextOf = (principal: Principal, need: Need, ground: ContextGround): Lookup => {
  let own: ReadonlyMap<string, readonly string[]> | undefined;
  return (key) => {
    own ??= new Map(
      Object.entries(need.context ?? need.makeContext?.() ?? {}).map(([name, value]) => [
        name.toLowerCase(),
        typeof value === "string" ? [value] : value,
      ]),
    );
    const name = key.toLowerCase();
    const value = globals[name]?.(principal, need, ground);
    return own.get(name) ?? (value === undefined ? undefined : [value]);
  };
};
