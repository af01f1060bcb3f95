"""Sets up what a task needs, once, and runs it: `python3 dev.py` alone lists the tasks."""

# Standard library only and no syntax newer than Python 3.6, so that an old Python can say what is missing.
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
OLDEST, NEWEST = (3, 11), (3, 14)
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

# Tests wait for a third of their time, so there is work for half as many processes again as there are cores.
PROCESSES = min(4, (os.cpu_count() or 1) * 3 // 2)
# A file's tests share what they set up, so a file stays in one process.
PYTEST = "pytest -n {} --dist loadfile".format(PROCESSES)

# task: (the lock it needs, the modules it runs with their first arguments, what it is for)
TASKS = {
    "demo": ("run", ["server demo"], "start the server on a filled example company"),
    "serve": ("run", ["server serve"], "start the server on DATABASE_URL"),
    "test": ("dev", [PYTEST], "run the tests; what follows goes to pytest"),
    "lint": ("dev", ["ruff check", "ruff format --check"], "check style and format; --fix repairs them"),
    "types": ("dev", ["mypy"], "check types"),
    "schema": ("run", ["server schema"], "write schema.graphql; --check only compares"),
    "cases": ("dev", ["tests.cases"], "rewrite the case files under tests/queries"),
    "bench": ("dev", ["benchmarks"], "repeat the measurements of the README"),
    "graphiql": (None, [], "rebuild the query page under server/graphiql (needs npm)"),
    "lock": (None, [], "rewrite requirements/*.lock (needs uv); --upgrade raises the versions"),
}


def main(argv):
    chosen = os.environ.get("RAPPORT_PYTHON")
    if argv[:1] == ["--python"] and len(argv) > 1:
        chosen, argv = argv[1], argv[2:]
    if not argv or argv[0] in ("-h", "--help", "help"):
        print("python3 dev.py [--python PYTHON] TASK [ARGUMENTS]\n")
        for name, (_, _, purpose) in TASKS.items():
            print("  {:<9} {}".format(name, purpose))
        return 0
    task, rest = argv[0], argv[1:]
    if task not in TASKS:
        sys.exit("There is no task {!r}; the tasks are {}.".format(task, ", ".join(TASKS)))
    if chosen and os.sep in chosen:
        chosen = os.path.abspath(chosen)
    os.chdir(ROOT)
    if task == "graphiql":
        return graphiql()
    if task == "lock":
        return lock(rest)
    need, modules, _ = TASKS[task]
    python = environment(chosen, need)
    if task == "lint" and rest == ["--fix"]:
        modules, rest = ["ruff check --fix", "ruff format"], []
    commands = [[python, "-m", *module.split(), *rest] for module in modules]
    if len(commands) == 1 and os.name != "nt":
        os.execv(python, commands[0])  # in our place, so that signals reach the task itself
    codes = [subprocess.call(command) for command in commands]
    return 1 if any(codes) else 0


def environment(chosen, need):
    """The path of a Python whose environment holds what requirements/<need>.lock names."""
    base, version = find_python(chosen)
    # A chosen Python has an environment of its own, so that trying one does not rebuild the usual one.
    folder = os.path.join(ROOT, ".venv-" + version.rpartition(".")[0] if chosen else ".venv")
    python = os.path.join(folder, *(["Scripts", "python.exe"] if os.name == "nt" else ["bin", "python"]))
    stamp = os.path.join(folder, "rapport-stamp")
    # dev.lock holds all of run.lock, so an environment made for tests also serves.
    wanted = [version] + [digest(name) for name in (["run"] if need == "run" else ["run", "dev"])]
    present = []
    if os.path.exists(stamp) and os.path.exists(python):
        with open(stamp) as file:
            present = file.read().split()
    if present[: len(wanted)] == wanted:
        return python
    note = "Setting up {} with Python {}: the first run, or something it is made from has changed."
    print(note.format(os.path.basename(folder), version), file=sys.stderr, flush=True)
    pip = [python, "-m", "pip"]
    if not present or wanted[: len(present)] != present:
        pip = create(base, version, folder, python)
    elif subprocess.call([*pip, "--version"], **SILENT):
        pip = other_pip(base, version, python)
    lock = "requirements/{}.lock".format(need)
    options = ["-qq", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    if subprocess.call([*pip, "install", *options, "-r", lock]):
        sys.exit(
            "The packages of {} could not be installed (pip's own words are above): this run needs the "
            "network, or a pip set up with an index it can reach; later runs need neither.".format(lock)
        )
    with open(stamp, "w") as file:
        file.write("\n".join(wanted) + "\n")
    return python


def create(base, version, folder, python):
    """Make an empty environment; the answer is the pip command that fills it."""
    if subprocess.call([base, "-m", "venv", "--clear", folder], **SILENT) == 0:
        return [python, "-m", "pip"]
    # Debian packs the bundled pip apart: where it is missing, make the folder alone and borrow a pip.
    if subprocess.call([base, "-m", "venv", "--clear", "--without-pip", folder]):
        sys.exit(missing_venv(version))
    return other_pip(base, version, python)


def other_pip(base, version, python):
    """A pip from outside the environment that can install into it (pip 22.3 and later)."""
    for pip in [[base, "-m", "pip"], ["pip3"], ["pip"]]:
        command = [*pip, "--python", python]
        try:
            if not subprocess.call([*command, "--version"], **SILENT):
                return command
        except OSError:
            continue
    sys.exit(missing_venv(version))


def missing_venv(version):
    return (
        "Python {0} is here without the parts that make an environment: install them (on Debian and Ubuntu: "
        "apt-get install python{1}-venv) and run this again."
    ).format(version, version.rpartition(".")[0])


def find_python(chosen):
    """(path, version) of the first Python that is new enough and really runs."""
    own = getattr(sys, "_base_executable", None) or sys.executable  # not an environment we may be about to rebuild
    names = ["python3.{}".format(minor) for minor in range(NEWEST[1], OLDEST[1] - 1, -1)] + [
        "python3",
        "python",
    ]
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = [shutil.which(name, path=folder) for name in names for folder in folders]
    seen = []
    for path in [chosen] if chosen else [own] + [path for path in found if path]:
        version = probe(path)
        if version and tuple(int(part) for part in version.split(".")[:2]) >= OLDEST:
            return path, version
        seen.append(version)
    if chosen:
        sys.exit(
            "{} is not a Python 3.11 or newer with sqlite3 and ssl, which Rapport needs: it {}.".format(
                chosen, "is " + seen[0] if seen[0] else "does not run as one"
            )
        )
    sys.exit(
        "Rapport needs Python 3.11 or newer; this is {}.{}, and no newer one was found on PATH: install one, "
        "or name it with --python or RAPPORT_PYTHON.".format(*sys.version_info[:2])
    )


def probe(path):
    """The version the interpreter gives when run: a launcher's file may stand on PATH and start nothing."""
    code = 'import sqlite3, ssl, sys; print("%d.%d.%d" % sys.version_info[:3])'
    try:
        return subprocess.check_output([path, "-I", "-c", code], stderr=subprocess.DEVNULL).decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def digest(name):
    with open(os.path.join(ROOT, "requirements", name + ".lock"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def graphiql():
    npm = shutil.which("npm")
    if not npm:
        sys.exit("Rebuilding the query page needs npm; serving it does not, for the built page is kept here.")
    folder = os.path.join(ROOT, "server", "graphiql")
    return subprocess.call([npm, "ci"], cwd=folder) or subprocess.call([npm, "run", "build"], cwd=folder)


def lock(rest):
    uv = shutil.which("uv")
    if not uv:
        sys.exit("Rewriting the locks needs uv on PATH; installing from them does not.")
    shared = [
        "--universal",
        "--quiet",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--no-annotate",
        *rest,
    ]
    project = ["pyproject.toml", "--extra", "postgres", "--extra", "redis", "--extra", "oidc"]
    sources = {
        "run": project,
        "dev": [*project, "--group", "dev", "-c", "requirements/run.lock"],
        "peers": ["requirements/peers.in"],
    }
    for name, source in sources.items():
        path = "requirements/{}.lock".format(name)
        if subprocess.call([uv, "pip", "compile", *source, *shared, "-o", path]):
            return 1
        with open(path) as file:
            if "://" in file.read():
                sys.exit("{} names a host: a lock must install from whichever index pip is set up with.".format(path))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
