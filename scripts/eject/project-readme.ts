// The README of a service as that of a project of its own.

const RUN = `\`npm install\` once; then \`npm start\` packages the service, starts an embedded AWS at 127.0.0.1:4566 (no Docker, no account,
no network), deploys into it, prints commands to try, and takes over what you change; Ctrl-C stops it. \`npm test\` packages,
checks types and runs every test. Node 22.18 or newer; on Linux x64 the install brings one along.
`;

const section = (text: string, title: string, body: (old: string) => string): string =>
  text.replace(
    new RegExp(`(?<=^## ${title}\\n\\n)[\\s\\S]*?(?=^## |(?![\\s\\S]))`, "m"),
    (old) => body(old.trimEnd()) + "\n",
  );

const deployNotes = (lacksUsers: boolean): string => {
  const issuer = lacksUsers
    ? "\n\nTokens are those of your own user pool or any other OpenID Connect issuer: every stage but `local` needs\n`--param jwtIssuer=https://… --param jwtAudience=<client id>`. Here a user pool is made by `local/start.ts`, and\n`npm run --silent sign-in -- customer` prints a token of it."
    : "";
  return `${issuer}\n\n\`.github/workflows/deploy.yml\` does the same with a role that GitHub assumes (variables \`AWS_ROLE\`, \`AWS_REGION\`,\n\`DEPLOY_PARAMS\`).\n`;
};

/** Sentences about commands that only the repository has, and links to its other services. */
const withoutRepository = (text: string): string =>
  text
    .replaceAll(/\[([^\]]+)\]\(\.\.\/[^)]*\)/g, "$1")
    .replaceAll(/ ?`npm run (?:demo|bench|spike)[^`]*`[^.\n]*\.(?=\s)/g, "")
    .replaceAll(/<!-- (?:run|then)\b[\s\S]*?-->\n+/g, "")
    .replaceAll("In the root, while `npm start` runs", "While `npm start` runs")
    .replaceAll(", after users", "");

export interface About {
  /** Whether the service stands alone in its project. */
  readonly isSingle: boolean;
  readonly lacksUsers: boolean;
}

/** Of a service's README; what is said there of the repository around it is left out or replaced. */
export const projectReadme = (text: string, { isSingle, lacksUsers }: About): string => {
  if (!isSingle) return section(text, "Run", () => "`npm start` in the root of the project.\n");
  const own = section(withoutRepository(text), "Run", () => RUN);
  return section(own, "Deploy", (old) => old + deployNotes(lacksUsers));
};

/** Of the project that holds the services of the store. */
export const storeReadme = (name: string, services: readonly string[]): string => `# ${name}

${services.join(", ")}: three services of a shop, each with its own stack, table and roles.

## Run

${RUN}
## Services

${services.map((service) => `- [${service}](services/${service})`).join("\n")}

## Deploy

\`npm run deploy -- --stage prod\` deploys them in this order, because each imports from those before it; parameters of one are given
in its folder: \`cd services/products && npx sls deploy --stage prod --param bucketPrefix=…\`.
\`.github/workflows/deploy.yml\` does the same with a role that GitHub assumes (variables \`AWS_ROLE\`, \`AWS_REGION\`,
\`DEPLOY_PARAMS\`). Removing goes the other way round: orders, products, users.
`;
