// Who calls in the events in events/products, and the pool whose tokens they carry.
import type { HttpEventOptions } from "@warmstart/testing";

export const IMPORTS = { "users-local-Issuer": "https://users.example", "users-local-ClientId": "web" };

const claims = { iss: IMPORTS["users-local-Issuer"], client_id: IMPORTS["users-local-ClientId"] };

export const staff: HttpEventOptions = {
  caller: { jwt: { sub: "ann", claims: { ...claims, "cognito:groups": "[staff]" } } },
};
export const customer: HttpEventOptions = { caller: { jwt: { sub: "bob", claims } } };
