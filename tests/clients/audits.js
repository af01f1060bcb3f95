// Runs graphql-http's audits of the GraphQL-over-HTTP specification; prints each with how it went.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
