// A project under its own name: stacks, functions, tables, buckets and metrics are named after the service.

/** One service: its name is a compound that stands for nothing else, so all of them are meant. */
export const renamed = (text: string, from: string, to: string): string =>
  text
    .replaceAll(new RegExp(`\\bwarmstart-${from}(?![A-Za-z0-9])`, "g"), to)
    .replaceAll(new RegExp(`(?<![A-Za-z0-9])${from}(?![A-Za-z0-9])`, "g"), to);

/** `users`, `products` and `orders` are words too: only where they name a stack, as in `users-${sls:stage}` or `service: users`. */
export const prefixed = (text: string, services: readonly string[], prefix: string): string => {
  const names = `(${services.join("|")})`;
  return text
    .replaceAll(new RegExp(`\\bwarmstart-${names}(?=-)`, "g"), `${prefix}-$1`)
    .replaceAll(new RegExp(`(?<![\\w-])${names}(?=-(?:\\$\\{|local\\b|prod\\b|<stage>))`, "g"), `${prefix}-$1`)
    .replaceAll(new RegExp(`^(service|\\s+Namespace): ${names}$`, "gm"), `$1: ${prefix}-$2`)
    .replaceAll(new RegExp(`Name: service, Value: ${names}\\b`, "g"), `Name: service, Value: ${prefix}-$1`)
    .replaceAll(new RegExp(`(warmstart url) ${names}\\b`, "g"), `$1 ${prefix}-$2`);
};
