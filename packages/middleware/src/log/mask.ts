// Keeps secrets and addresses out of log lines.
const SECRET_NAME = /authorization|cookie|passw|secret|token|api.?key|credential|signature|e-?mail/i;
// Bearer tokens, JWTs, API keys of the form sk_…, signatures of presigned URLs, and e-mail addresses inside of texts.
// Every quantifier is bounded or cannot overlap its neighbour: foreign text must not make this slow.
const SECRET_TEXT =
  /\bBearer [\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bsk_\w+|\bX-Amz-[\w-]+=[^&\s"]+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}/g;

/** A text without what looks like a token, key, signature or e-mail address. */
export const maskText = (text: string): string => text.replace(SECRET_TEXT, "***");

/** The replacer for `JSON.stringify` that masks secrets by name and by look, and spells out errors. */
export const maskValue = (name: string, value: unknown): unknown => {
  if (name && typeof value !== "boolean" && value !== undefined && SECRET_NAME.test(name)) return "***";
  if (typeof value === "string") return maskText(value);
  if (typeof value === "bigint") return value.toString();
  return value instanceof Error ? errorFields(value) : value;
};

// `name`, `message`, `stack` and `cause` are not enumerable, so JSON would leave them out.
const errorFields = (error: Error): object => {
  const { name, message, stack, cause } = error;
  return Object.assign({}, error, { name, message, stack, cause });
};
