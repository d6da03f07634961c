// Objects of posts as routes see them: texts too long for the table, links to audio and marks, and their end.
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { audioKey, marksKey, textKey } from "./keys.ts";
import type { PostFiles, PostLinks } from "./ports.ts";

const LINK_SECONDS = 3600;

export const s3Files = (client: S3Client, Bucket: string): PostFiles => {
  const remove = (Key: string) => client.send(new DeleteObjectCommand({ Bucket, Key }));
  return {
    async putText(id, content) {
      const ContentType = "text/plain; charset=utf-8";
      await client.send(new PutObjectCommand({ Bucket, Key: textKey(id), Body: content, ContentType }));
    },

    async removeText(id) {
      await remove(textKey(id));
    },

    async removeAudio({ owner, postHash, format }) {
      await Promise.all([remove(audioKey(owner, postHash, format)), remove(marksKey(owner, postHash))]);
    },
  };
};

export const s3Links = (client: S3Client, Bucket: string): PostLinks => {
  const sign = (Key: string) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: LINK_SECONDS });
  return {
    audio: ({ owner, postHash, format }) => sign(audioKey(owner, postHash, format)),
    marks: ({ owner, postHash }) => sign(marksKey(owner, postHash)),
  };
};
