// The command that `npm start` prints for this service: the list of images, signed as its routes demand.
interface Deployed {
  readonly url: string;
}

export const sample = ({ url }: Deployed): string =>
  `curl --aws-sigv4 aws:amz:us-east-1:execute-api --user local:local ${url}/images`;
