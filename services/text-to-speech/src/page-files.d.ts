// Files of web/: esbuild.config.cjs bundles them as texts.
declare module "*.html" {
  const text: string;
  export default text;
}
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.page.js" {
  const text: string;
  export default text;
}
