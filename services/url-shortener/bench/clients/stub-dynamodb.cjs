// Answers every request with one link, in a process of its own.
const { createServer } = require("node:http");

const Item = {
  pk: { S: "L#sale" },
  sk: { S: "L" },
  url: { S: "https://example.com/some/page?with=query" },
  ownerId: { S: "ann" },
  version: { N: "1" },
  createdAt: { S: "2026-01-15T11:00:00.000Z" },
  updatedAt: { S: "2026-01-15T11:00:00.000Z" },
  tags: { SS: ["a", "b"] },
};
const body = JSON.stringify({ Item });
const headers = { "content-type": "application/x-amz-json-1.0", "content-length": Buffer.byteLength(body) };

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, headers).end(body));
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
