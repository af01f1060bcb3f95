"""The machine: a GraphQL selection becomes a plan, a plan becomes one SQL statement. It knows no CRM word."""
