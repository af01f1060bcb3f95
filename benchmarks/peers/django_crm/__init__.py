"""A peer: Django with strawberry-graphql-django and its optimizer, in an environment of its own."""
