// The command that `npm start` prints for this service: a note, signed as the routes demand.
interface Deployed {
  readonly url: string;
}

export const sample = ({ url }: Deployed): string =>
  `curl --aws-sigv4 aws:amz:us-east-1:execute-api --user local:local -H 'content-type: application/json' -d '{"text":"hello"}' ${url}/notes`;
