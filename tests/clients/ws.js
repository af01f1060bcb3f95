// Drives the server with graphql-ws: a query, a mistake, and a subscription that is left after three results.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token] = process.argv.slice(2);
const told = { closed: [] };
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${token}` },
  lazy: true,
  retryAttempts: 0,
  on: { closed: ({ code, reason }) => told.closed.push([code, reason]) },
});

const all = async (query, most = Infinity) => {
  const results = [];
  for await (const result of client.iterate({ query })) {
    results.push(result);
    if (results.length >= most) break;
  }
  return results;
};

try {
  told.query = await all("{ viewer { name } }");
  told.beats = await all("subscription { heartbeat }", 3);
  told.mistake = await all("{ nothing }").catch((errors) => errors.map((error) => error.extensions.code));
  told.after = await all("{ viewer { role } }");
} catch (error) {
  told.failed = [error.code, error.reason];
}
await client.dispose();
console.log(JSON.stringify(told));
