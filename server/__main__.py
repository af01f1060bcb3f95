"""Makes `python -m server` the command line."""

import gc

# What is imported stays, and so does the schema: looking for garbage among it took a tenth of a start.
gc.set_threshold(20_000, 20, 20)

from server.cli import main  # noqa: E402

main(prog_name="python -m server")
