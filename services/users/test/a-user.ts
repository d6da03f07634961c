// A user for tests.
import type { User } from "../src/user-store.ts";
import type { UserId } from "../src/user-schemas.ts";

export const NOW = Date.UTC(2026, 0, 15, 12);

/** `00000000-0000-4000-8000-000000000007` */
export const idOf = (number: number): UserId => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}` as UserId; // the pattern of ids

/** A user as confirm-user makes them. */
export const aUser = (about: Partial<User>): User => ({
  id: idOf(1),
  email: "ann@example.com",
  marketingOptIn: false,
  addresses: [],
  role: "customer",
  status: "active",
  version: 1,
  createdAt: new Date(NOW).toISOString(),
  updatedAt: new Date(NOW).toISOString(),
  ...about,
});
