"""How fast Rapport is, beside the fastest that is possible and beside what people write by hand."""
