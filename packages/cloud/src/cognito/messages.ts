// E-mails of a pool. None leaves: they stand in the outbox.
import { randomInt, randomUUID } from "node:crypto";
import type { Ground, OutboxMessage } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import type { Code, Pool, Purpose, User } from "./model.ts";

export interface Messages {
  readonly outbox: () => readonly OutboxMessage[];
  /** A new code to the user's address. */
  readonly sendCode: (pool: Pool, user: User, purpose: Purpose) => Code;
  readonly invite: (user: User, password: string) => void;
}

const BODY: Readonly<Record<Purpose, string>> = {
  confirm: "Your confirmation code is {####}",
  password: "Your password reset code is {####}",
};

/** AWS's `CodeDeliveryDetails`, with `ann@example.com` as `a***@e***`. */
export const deliveryDetails = (address: string): object => {
  const [name = "", domain = ""] = address.split("@");
  const Destination = `${name.slice(0, 1)}***@${domain.slice(0, 1)}***`;
  return { CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination } };
};

const keyOf = (number: number): string => String(number).padStart(12, "0");

export const createMessages = ({ store, clock }: Pick<Ground, "store" | "clock">): Messages => {
  const table = store.table<OutboxMessage>("cognito_outbox");
  let count = Number(table.list().at(-1)?.[0] ?? 0);
  /** `{####}` in the text is the code or password. */
  const send = ({ username, attributes }: User, subject: string, text: string, code: string): void => {
    const body = text.replaceAll("{####}", code).replaceAll("{username}", username);
    const about = { id: randomUUID(), time: new Date(clock.now()).toISOString(), from: "cognito" };
    table.put(keyOf(++count), { ...about, channel: "email", to: attributes["email"] ?? "", subject, body, code });
    if (count > LIMITS.outbox) table.remove(keyOf(count - LIMITS.outbox));
  };
  return {
    outbox: () => table.list().map(([, message]) => message),
    sendCode: ({ settings }, user, purpose) => {
      const value = String(randomInt(1_000_000)).padStart(6, "0");
      const { EmailSubject = "Your verification code", EmailMessage = BODY[purpose] } =
        settings.VerificationMessageTemplate ?? {};
      send(user, EmailSubject, EmailMessage, value);
      return { value, expiresAt: clock.now() + LIMITS.codeMs[purpose] };
    },
    invite: (user, password) => {
      const text = "Your username is {username} and temporary password is {####}.";
      if (user.attributes["email"] !== undefined) send(user, "Your temporary password", text, password);
    },
  };
};
