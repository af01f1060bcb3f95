"""What Schemathesis has to know of the API's own scalars: `SCHEMATHESIS_HOOKS=benchmarks.schemathesis_hooks st run …`.

It is no dependency of this project: whoever runs it installs it into an environment of its own.
"""

from __future__ import annotations

from hypothesis import strategies as st
from schemathesis.graphql import nodes, scalar  # type: ignore[import-not-found]

PREFIXES = ("asg", "cat", "cmp", "con", "cus", "lin", "mem", "ord", "pln", "prd", "rep", "ret", "tea", "tgt", "tkt")
ZONES = ("UTC", "Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "EST5EDT", "../../etc/passwd", "")
ODD = st.sampled_from(("", " ", "\0", "%", "_", "'", "\\", "NaN", "-0", "1e400", "9" * 5000, "\u202e", "٣"))

SCALARS: dict[str, st.SearchStrategy[str]] = {
    "Currency": st.sampled_from(("EUR", "USD", "JPY", "KWD", "XXX", "eur")),
    "Date": st.dates().map(str) | st.sampled_from(("2026-02-30", "0000-01-01", "9999-12-31", "10000-01-01")),
    "DateTime": st.datetimes().map(lambda value: f"{value.isoformat()}Z")
    | st.sampled_from(("2026-01-31T24:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")),
    "Decimal": st.decimals(allow_nan=True).map(str) | st.decimals(0, 10**6, places=2).map(str),
    "Email": st.emails(),
    "Phone": st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True),
    "ID": st.builds("{}_{}".format, st.sampled_from(PREFIXES), st.integers(1, 60)),
    "TimeZone": st.sampled_from(ZONES),
}
"""Values of each scalar: most are good, some are on the edge, a few are none."""

for name, values in SCALARS.items():
    scalar(name, (values | ODD).map(nodes.String))
