// NOTICE of an ejected project: what concerns the packages and its own services, not the other services.

const concerns = (text: string, services: readonly string[]): boolean => {
  const named = [...text.matchAll(/services\/([\w-]+)/g)].map(([, name = ""]) => name);
  return named.length === 0 || named.some((name) => services.includes(name));
};

/** `text` is an introduction and the items of its list, one after the other. */
const listOf = (text: string, services: readonly string[]): string => {
  const [introduction = "", ...items] = text.split(/\n\n?(?=- )/);
  if (!concerns(introduction, services)) return "";
  return `${introduction}\n\n${items.filter((item) => concerns(item, services)).join("\n")}`;
};

/** Of the repository's NOTICE: a head, then lists, each below a line that introduces it. */
export const projectNotice = (text: string, services: readonly string[]): string => {
  const [head = "", ...lists] = text.trimEnd().split(/\n\n(?!- )/);
  const own = lists.map((list) => listOf(list, services)).filter((list) => list !== "");
  return `${[head, ...own].join("\n\n")}\n`
    .replaceAll(/ (?:in|of) services\/[\w-]+(?=[.,; ])/g, " here")
    .replaceAll(/\bpackages\/(\w+)/g, "@warmstart/$1");
};
