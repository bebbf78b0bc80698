# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces of `make test` and `make quick`; all of them run in the one environment that `make` built."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests"))

from tooling import cores, everything, pins, tree  # noqa: E402

COLLECTION = f"ansible_collections.{tree.NAMESPACE}.{tree.NAME}"
TARBALL = f"{tree.NAMESPACE}-{tree.NAME}-*.tar.gz"
# Tests are spread over all cores. Many of them wait, so there is one more at work than there are cores; to collect all
# the tests costs each process seconds. Each has tests that follow each other, of which many share what was set up once,
# and takes from others when it has no more.
# The tests of a file of playbooks stay together, because they look at the same plays; the longest files come first.
CORES = min(8, os.cpu_count() or 1)
PARTS = ("--numprocesses", str(CORES + 1), "--dist", "worksteal")
PLAYS = ("--numprocesses", str(CORES + 1), "--dist", "loadfile", "--no-loadscope-reorder")
# The sanity tests in which a version of ansible-core has a say of its own: they run its loader, its documentation, its
# schemas of modules and of meta/runtime.yml, and its Python. The others read text by rules that the newest knows too.
SANITY_OF_A_CORE = ("action-plugin-docs", "ansible-doc", "compile", "import", "runtime-metadata", "validate-modules")
# Whoever installs the collection has no tests of it. These are read by ruff and mypy, and by sanity in the matrix.
SHIPPED = ("--exclude", "tests/")
# Which unit tests are about what Ansible does itself: its edge, its argument specs, and all that it reads.
UNIT_OF_A_CORE = ("tests/unit/core", "tests/unit/meta", "tests/unit/vcsa", "tests/unit/vbr/operations")
# Where one request or one answer goes wrong at a time; all of it is played by `faults`, a sample by `integration`.
FAULTS = ("whole_matrix", "whole_faults", "waiting_faults", "cutover_faults", "plan_apply_faults", "faults")
# Sessions share .venv where they can: an environment each would cost minutes and gigabytes, and test nothing more.
nox.options.default_venv_backend = "none"
nox.options.envdir = str(tree.CACHE / "nox")
nox.options.sessions = [piece for row in everything.PIECES for lane in row for piece in lane]
# What a machine does not have is skipped by name, on a build machine too.
nox.options.error_on_missing_interpreters = False

# The sessions see the programs of .venv first, and Ansible sees the checkout.
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
os.environ["PYTHONPATH"] = str(ROOT / "tests")
# Without bytecode each worker of pytest compiles all tests again, which takes as long as to import them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.update(tree.environment())


@nox.session
def format(session: nox.Session) -> None:
    """The code is in the project's style (`-- --write` puts it there)."""
    if "--write" in session.posargs:
        session.run("ruff", "check", "--fix-only", "--quiet", ".")
        session.run("ruff", "format", ".")
    else:
        session.run("ruff", "format", "--check", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """The linters of code, YAML, playbooks, roles and changelog are content."""
    session.run("ruff", "check", ".")
    session.run("yamllint", "--strict", ".")
    session.run("antsibull-changelog", "lint")
    # ansible-lint finds the collection's own modules only where the path says which collection this is.
    session.chdir(tree.snapshot())
    session.run("ansible-lint", "--offline", "-q", env=tree.environment(tree.SNAPSHOT))


@nox.session
def types(session: nox.Session) -> None:
    """What has types has them everywhere (mypy --strict)."""
    packages = (
        f"{COLLECTION}.plugins",
        "simulator",
        "contract",
        "support",
        "benchmarks",
        "tooling",
    )
    session.run("mypy", *(word for package in packages for word in ("-p", package)))


@nox.session
def unit(session: nox.Session) -> None:
    """The parts, in process."""
    _pytest(session, "unit", *PARTS)


@nox.session(name="unit-quick", default=False)
def unit_quick(session: nox.Session) -> None:
    """The parts without the long stories, for the quick loop."""
    _pytest(session, "unit", *PARTS, "-m", "not story")


@nox.session
def contract(session: nox.Session) -> None:
    """What the simulator says, against the published contracts."""
    _pytest(session, "contract")


@nox.session
def conformance(session: nox.Session) -> None:
    """The simulator, driven by a client that is not ours."""
    _pytest(session, "conformance")


@nox.session
def integration(session: nox.Session) -> None:
    """Playbooks against the simulator over TLS, and the installed tarball."""
    _pytest(session, "integration", *PLAYS)


@nox.session(name="integration-oldest", venv_backend="venv", reuse_venv=True)
def integration_oldest(session: nox.Session) -> None:
    """What texts of a server and values vaulted in line do, on the oldest ansible-core that runs on this Python."""
    words = ("-r", "tests/requirements-runtime.txt", "pytest", "pytest-xdist", f"ansible-core~={cores.oldest()}.0")
    session.install("--quiet", "--constraint", str(pins.for_another_core()), *words)
    result = everything.RESULTS / "integration-oldest.xml"
    tests = [f"tests/integration/test_{name}.py" for name in ("server_text", "vaulted")]
    session.run("pytest", *tests, f"--junit-xml={result}", *session.posargs)


@nox.session
def sanity(session: nox.Session) -> None:
    """ansible-test sanity on the newest ansible-core for this Python, without docker and without ignores."""
    session.run("python", "-m", "tooling.sanity", *(session.posargs or SHIPPED))
    if cores.elsewhere():
        session.log(f"ansible-core {' and '.join(cores.elsewhere())} need another Python: `make test-matrix`.")


@nox.session(name="sanity-oldest", venv_backend="venv", reuse_venv=True)
def sanity_oldest(session: nox.Session) -> None:
    """What the oldest ansible-core for this Python may see otherwise; `test-matrix` runs all (`-- --test NAME`)."""
    session.install("--quiet", "--constraint", str(pins.for_another_core()), f"ansible-core~={cores.oldest()}.0")
    chosen = session.posargs or [*SHIPPED, *(word for test in SANITY_OF_A_CORE for word in ("--test", test))]
    session.run("python", "-m", "tooling.sanity", *chosen)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation of modules, plugins and roles is complete, its links lead somewhere, and the site builds."""
    session.chdir(tree.snapshot())
    session.run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs=all",
        "--disallow-unknown-collection-refs",
        "--check-extra-docs-refs",
        ".",
    )
    session.chdir(ROOT)
    pages, site, settings = tree.CACHE / "site" / "rst", tree.CACHE / "site" / "html", ROOT / "docs" / "site"
    # antsibull-docs wants the folder to itself.
    pages.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--cleanup=everything", f"--dest-dir={pages}")
    session.run(
        *("antsibull-docs", f"--config-file={settings / 'antsibull-docs.cfg'}", "collection", *words),
        f"{tree.NAMESPACE}.{tree.NAME}",
        env=tree.environment(tree.SNAPSHOT),
    )
    session.run("sphinx-build", "--quiet", "--fail-on-warning", "--conf-dir", str(settings), str(pages), str(site))
    session.log(f"The site is {site / 'index.html'}")


@nox.session
def conventions(session: nox.Session) -> None:
    """What other collections keep to, as antsibull-nox sees it: licences, unwanted files, YAML inside documentation."""
    # Its sessions look at the folder that their noxfile is in, and would install what is here already.
    noxfile = shutil.copy(ROOT / "tests" / "conventions.py", tree.snapshot())
    words = ("--no-venv", "--no-install", "--noxfile", str(noxfile))
    session.run("nox", *words, "--session", "yamllint", "license-check", "extra-checks")


@nox.session(venv_backend="venv", reuse_venv=True)
def package(session: nox.Session) -> None:
    """The tarball builds, and Galaxy's importer reads it."""
    words = ("--constraint", "tests/constraints-importer.txt", "-r", "tests/requirements-importer.txt")
    session.install("--quiet", *words)
    built = tree.CACHE / "dist"
    shutil.rmtree(built, ignore_errors=True)
    session.run("ansible-galaxy", "collection", "build", "--output-path", str(built), silent=True)
    (tarball,) = built.glob(TARBALL)
    settings = str(ROOT / "tests" / "galaxy-importer.cfg")
    session.chdir(built)  # where it leaves its own report
    session.run("python", "-m", "galaxy_importer.main", str(tarball), env={"GALAXY_IMPORTER_CONFIG": settings})


@nox.session(name="test-matrix", venv_backend="venv", reuse_venv=True, default=False)
@nox.parametrize(["python", "core"], [nox.param(cores.interpreter(core), core, id=core) for core in cores.PYTHONS])
def test_matrix(session: nox.Session, core: str) -> None:
    """All of sanity, and the tests in which Ansible has a say, on every supported ansible-core; no Python: skipped."""
    libraries = ("-r", "tests/requirements-runtime.txt", "-r", "tests/requirements-pytest.txt")
    session.install("--quiet", "--constraint", str(pins.for_another_core()), *libraries, f"ansible-core~={core}.0")
    session.run("python", "-m", "tooling.sanity")
    session.run("pytest", *UNIT_OF_A_CORE, "tests/integration", *PLAYS, "-m", "not of_servers")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """The tarball of the last commit, the same bytes wherever it is built."""
    session.run("python", "-m", "tooling.release", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Migrations of 10 to 1,000 jobs beside bare scripts, a cutover, a whole server, many objects, many pairs.

    With `page` it measures all of it three times, and writes docs/performance.md; with `page --full` up to 20,000 jobs.
    """
    if session.posargs[:1] == ["page"]:
        session.run("python", "-m", "benchmarks.page", *session.posargs[1:], env=_with_collection())
        return
    session.run("python", "-m", "benchmarks", *session.posargs, env=_with_collection())
    for part in ("alone", "credentials", "cutover", "many"):
        session.run("python", "-m", f"benchmarks.{part}", env=_with_collection())


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Every task with one value of one answer falsified at a time, in full (`-- --share 0.01` plays a part)."""
    session.run("python", "-m", "support.fuzz", *session.posargs, env=_with_collection())


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """A whole server and small ones move and hand over, broken at each request in each way (`-- -k removal`)."""
    share = os.environ.get("FAULTS_SHARE") or "1"
    tests = [f"tests/integration/test_{name}.py" for name in FAULTS]
    session.run("pytest", *tests, "-rP", *PARTS, *session.posargs, env={"FAULTS_SHARE": share})


@nox.session(default=False)
def fleet(session: nox.Session) -> None:
    """Fifty pairs in two slices, each sent to a worker of its own as a receptor mesh sends it, and what that costs."""
    pairs = os.environ.get("FLEET_PAIRS") or "50"
    session.run("pytest", "tests/integration/test_fleet.py", "-rP", *session.posargs, env={"FLEET_PAIRS": pairs})


@nox.session(default=False)
def registered(session: nox.Session) -> None:
    """Every list of modules and of kinds is written anew, from the modules and the declarations."""
    session.run("python", "-m", "tooling.registered", env=_with_collection())


def _with_collection() -> dict[str, str]:
    """Where the tests and the collection are imported from, for what is no test."""
    return {"PYTHONPATH": os.pathsep.join((str(ROOT / "tests"), str(tree.checkout())))}


@nox.session(default=False)
def changelog(session: nox.Session) -> None:
    """The fragments move into CHANGELOG.rst, under the version of galaxy.yml, also when that has an entry already."""
    session.run(
        "antsibull-changelog", "release", "--update-existing", "--reload-plugins", "--refresh-plugins", "allow-removal"
    )


def _pytest(session: nox.Session, folder: str, *options: str) -> None:
    """Run one folder of tests and leave the result for the closing line of `make test`."""
    result = everything.RESULTS / f"{folder}.xml"
    session.run("pytest", f"tests/{folder}", f"--junit-xml={result}", *options, *session.posargs)
