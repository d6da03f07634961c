// The commands that `npm start` prints for this service: a text of 420 characters becomes an MP3 of half a minute.
interface Deployed {
  readonly url: string;
}

export const sample = ({ url }: Deployed): string =>
  [
    `TOKEN=$(npm run --silent sign-in -w services/users -- customer)`,
    `POST=$(curl -s -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d @services/text-to-speech/local/sample-post.json ${url}/posts | grep -o 'pst_[0-9A-Z]*' | head -1)`,
    `until curl -s -H "authorization: Bearer $TOKEN" ${url}/posts/$POST | grep -E '"status":"(ready|failed)"'; do sleep 0.3; done`,
    `curl -s -o lighthouse.mp3 "$(curl -s -H "authorization: Bearer $TOKEN" ${url}/posts/$POST | grep -o '"audioUrl":"[^"]*' | cut -d'"' -f4)"`,
    `# or in a browser: ${url}/ as customer@example.com, password only-for-this-machine`,
  ].join("\n");
