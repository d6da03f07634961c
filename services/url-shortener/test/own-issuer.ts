// An issuer of tokens on this machine, whose tokens may say whatever a test wants.
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface OwnIssuer {
  readonly url: string;
  /** A token with these claims; `header` goes over `{ alg: "RS256", kid }`. */
  readonly token: (claims: object, header?: { readonly alg?: string; readonly kid?: string | undefined }) => string;
  readonly close: () => void;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

export const openOwnIssuer = async (): Promise<OwnIssuer> => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };
  const pem = publicKey.export({ format: "pem", type: "spki" });
  const server = createServer((request, response) => {
    const configuration = { issuer: url, jwks_uri: `${url}/jwks.json` };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/jwks.json" ? { keys: [jwk] } : configuration));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  const signatures: Readonly<Record<string, (text: string) => string>> = {
    RS256: (text) => sign("sha256", Buffer.from(text), privateKey).toString("base64url"),
    // The public key taken for a shared secret: the classic confusion.
    HS256: (text) => createHmac("sha256", pem).update(text).digest("base64url"),
    none: () => "",
  };
  return {
    url,
    token(claims, header = {}) {
      const { alg = "RS256", ...rest } = header;
      const text = `${encode({ alg, kid: "one", ...rest })}.${encode(claims)}`;
      return `${text}.${signatures[alg]?.(text) ?? ""}`;
    },
    close: () => void server.close(),
  };
};
