"""Makes `python -m server` the command line."""

import gc
import sys

# What is imported stays, and so does the schema: looking for garbage among it took a tenth of a start.
gc.set_threshold(20_000, 20, 20)

try:
    from server.cli import main
except ModuleNotFoundError as missing:
    sys.exit(
        f"Rapport needs the package {missing.name}: use the Python that dev.py sets up, .venv/bin/python -m server …,"
        " or install what requirements/run.lock names."
    )

main(prog_name="python -m server")
