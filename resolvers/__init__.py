"""The verbs: what happens when something is asked or done, callable without GraphQL."""
