// E-mails and text messages of a pool. None leaves: they stand in the outbox.
import { randomInt, randomUUID } from "node:crypto";
import type { Ground, OutboxMessage } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import type { Code, Pool, User } from "./model.ts";
import type { Contact } from "./schemas.ts";

export interface Messages {
  readonly outbox: () => readonly OutboxMessage[];
  /** A new code to the user's address, and AWS's `CodeDeliveryDetails`; nothing without an address to verify. */
  readonly sendCode: (
    pool: Pool,
    user: User,
    purpose: "confirm" | "password",
  ) => { code: Code; details: object } | undefined;
  readonly invite: (pool: Pool, user: User, password: string, media: readonly string[]) => void;
}

const ADDRESS = { email: "email", phone_number: "sms" } as const;

/** `ann@example.com` → `a***@e***`; a number keeps its last four digits. */
export const masked = (address: string): string => {
  const [name = "", domain] = address.split("@");
  return domain === undefined ? `+*******${address.slice(-4)}` : `${name.slice(0, 1)}***@${domain.slice(0, 1)}***`;
};

export const deliveryDetails = (attribute: Contact, address: string): object => ({
  AttributeName: attribute,
  DeliveryMedium: ADDRESS[attribute] === "sms" ? "SMS" : "EMAIL",
  Destination: masked(address),
});

/** A telephone comes before an e-mail address, as on AWS when both are verified. */
const contactOf = (pool: Pool, { attributes }: User): Contact | undefined =>
  (["phone_number", "email"] as const).find(
    (name) => pool.settings.AutoVerifiedAttributes?.includes(name) && attributes[name] !== undefined,
  );

const templates = ({ settings }: Pool, purpose: "confirm" | "password") => {
  const { VerificationMessageTemplate: template = {} } = settings;
  const text = purpose === "confirm" ? "Your confirmation code is {####}" : "Your password reset code is {####}";
  return {
    subject: template.EmailSubject ?? settings.EmailVerificationSubject ?? "Your verification code",
    email: template.EmailMessage ?? settings.EmailVerificationMessage ?? text,
    sms: template.SmsMessage ?? settings.SmsVerificationMessage ?? text,
  };
};

export const createMessages = ({ store, clock }: Pick<Ground, "store" | "clock">): Messages => {
  const table = store.table<OutboxMessage>("cognito_outbox");
  let count = Number(table.list().at(-1)?.[0] ?? 0);
  const put = (message: Pick<OutboxMessage, "channel" | "to" | "subject" | "body" | "code">): void => {
    count++;
    const about = { id: randomUUID(), time: new Date(clock.now()).toISOString(), from: "cognito" };
    table.put(String(count).padStart(12, "0"), { ...about, ...message });
    if (count > LIMITS.outbox) table.remove(String(count - LIMITS.outbox).padStart(12, "0"));
  };
  return {
    outbox: () => table.list().map(([, message]) => message),
    sendCode: (pool, user, purpose) => {
      const attribute = contactOf(pool, user);
      const to = attribute && user.attributes[attribute];
      if (attribute === undefined || to === undefined) return undefined;
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      const { subject, email, sms } = templates(pool, purpose);
      const fill = (text: string): string => text.replaceAll("{####}", code).replaceAll("{username}", user.username);
      if (ADDRESS[attribute] === "sms") put({ channel: "sms", to, body: fill(sms), code });
      else put({ channel: "email", to, subject, body: fill(email), code });
      const lifeMs = purpose === "confirm" ? LIMITS.confirmCodeMs : LIMITS.passwordCodeMs;
      const kept = { value: code, expiresAt: clock.now() + lifeMs, attribute };
      return { code: kept, details: deliveryDetails(attribute, to) };
    },
    invite: (pool, user, password, media) => {
      const { InviteMessageTemplate: template = {} } = pool.settings.AdminCreateUserConfig ?? {};
      const text = "Your username is {username} and temporary password is {####}.";
      const fill = (body: string): string =>
        body.replaceAll("{####}", password).replaceAll("{username}", user.username);
      const { email, phone_number: phone } = user.attributes;
      const subject = template.EmailSubject ?? "Your temporary password";
      if (media.includes("EMAIL") && email !== undefined)
        put({ channel: "email", to: email, subject, body: fill(template.EmailMessage ?? text), code: password });
      if (media.includes("SMS") && phone !== undefined)
        put({ channel: "sms", to: phone, body: fill(template.SMSMessage ?? text), code: password });
    },
  };
};
