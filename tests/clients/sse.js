// Drives the server with graphql-sse: a query, a mistake, and a subscription that is left after three results.
import { createClient } from "graphql-sse";

const [url, token] = process.argv.slice(2);
const client = createClient({ url, headers: { Authorization: `Bearer ${token}` }, retryAttempts: 0 });
const told = {};

const all = async (query, most = Infinity) => {
  const results = [];
  for await (const result of client.iterate({ query })) {
    results.push(result);
    if (results.length >= most) break;
  }
  return results;
};

told.query = await all("{ viewer { name } }");
told.beats = await all("subscription { heartbeat }", 3);
told.mistake = await all("{ nothing }");
client.dispose();
console.log(JSON.stringify(told));
