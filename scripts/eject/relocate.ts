// A service's texts when its folder is the project: what stood in services/<name>/ and events/<name>/ stands in ./ and events/.

/** Where the other files of a service name the repository around it. */
export const relocated = (text: string, service: string): string =>
  text
    .replaceAll(new RegExp(`((?:\\.\\./)*)events/${service}\\b`, "g"), (_all, up: string) => `${up.slice(6)}events`)
    .replaceAll(new RegExp(` -w services/(?:${service}|users)\\b`, "g"), "")
    .replaceAll(`services/${service}/`, "")
    .replaceAll(new RegExp(`services/${service}\\b`, "g"), ".")
    // From local/ and test/ to the repository's root, from which commands are typed.
    .replaceAll('"../../.."', '".."')
    .replaceAll(/ \(docs\/decisions\/[\w.-]+\)/g, "");

const OWN_ISSUER = `    # Whose tokens count: here of the user pool that local/start.ts makes. Every other stage needs those of yours:
    # --param jwtIssuer=https://… --param jwtAudience=<client id>
`;

const isImport = (line: string): boolean => /^ {4}jwt(?:Issuer|Audience): !ImportValue/.test(line);

/** serverless.yml without the service users: its issuer is imported on the stage `local` only, elsewhere it must be given. */
export const withoutUsers = (yaml: string): string => {
  const lines = yaml.split("\n");
  const imports = lines.filter(isImport).join("\n");
  return lines
    .filter((line) => !isImport(line) && !/^ {4}# Whose tokens/.test(line))
    .join("\n")
    .replace("\n  local:\n", `\n  local:\n${OWN_ISSUER}${imports}\n`);
};
