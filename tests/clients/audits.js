// Runs graphql-http's audits of the GraphQL-over-HTTP specification; prints each with how it went.
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);
const fetchFn = (where, asked) =>
  fetch(where, { ...asked, headers: { ...asked?.headers, Authorization: `Bearer ${token}` } });
const results = await auditServer({ url, fetchFn });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
