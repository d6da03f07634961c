// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { openApi, pageOf } from "@warmstart/testing/openapi";
import { codes } from "../src/errors.ts";
import { ListQuery, RoleChange, UserPatch, UserPath, UserView } from "../src/user-schemas.ts";

const UserPage = pageOf(UserView);

const security = "users";
const user = { description: "The user", body: UserView, headers: ["ETag"] };

export const document = openApi({
  title: "users",
  description: "Who somebody is. Sign-up, sign-in and passwords are the user pool's own API.",
  codes,
  schemas: { User: UserView, UserPatch, UserPage, RoleChange },
  routes: {
    "GET /v1/users/me": {
      id: "getMe",
      summary: "The caller's own record",
      security,
      answers: { 200: user },
      problems: ["not-found"],
    },
    "PATCH /v1/users/me": {
      id: "updateMe",
      summary: "Changes the caller's own record; null removes a field",
      security,
      body: UserPatch,
      ifMatch: "required",
      answers: { 200: user },
      problems: ["not-found"],
    },
    "DELETE /v1/users/me": {
      id: "deleteMe",
      summary: "Deletes the caller, here and in the pool; for ever",
      security,
      ifMatch: "required",
      answers: { 204: { description: "Deleted" } },
      problems: ["not-found"],
    },
    "GET /v1/users": {
      id: "listUsers",
      summary: "All users, newest first; with an e-mail address the one who has it",
      security,
      group: "staff",
      query: ListQuery,
      answers: { 200: { description: "One page", body: UserPage, headers: ["Link"] } },
      problems: ["invalid-cursor"],
    },
    "GET /v1/users/{id}": {
      id: "getUser",
      summary: "One user: oneself, or for staff anybody",
      security,
      path: UserPath,
      answers: { 200: user },
    },
    "PUT /v1/users/{id}/role": {
      id: "setRole",
      summary: "What somebody else may do; ends all their sign-ins",
      security,
      group: "admin",
      path: UserPath,
      body: RoleChange,
      answers: { 200: user },
      problems: ["invalid-state"],
    },
  },
});
