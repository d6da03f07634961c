// Whose tokens open /v1. API Gateway has checked issuer and client already; the routes look once more.
import { text } from "@warmstart/middleware";

/** The variables of a function that people call; spread into `env`. */
export const PEOPLE = { JWT_ISSUER: text(), JWT_AUDIENCE: text() };

type Given = Readonly<Record<keyof typeof PEOPLE, string>>;
export const jwtOf = (given: Given) => ({ issuer: given.JWT_ISSUER, clientId: given.JWT_AUDIENCE });
