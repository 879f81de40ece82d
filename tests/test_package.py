"""The package: what is installed, under which names, and what importing it costs."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACES = {"convo.commands": "commands", "convo.tui": "tui", "convo.fixtures": "fixtures"}


def configured() -> dict[str, object]:
    """The table of setuptools in pyproject.toml."""
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    return found


def folders() -> set[str]:
    """The packages that the folders are, under the names they are installed by."""
    found = set(PLACES)
    for place in ("convo", *PLACES.values()):
        for init in (ROOT / place).rglob("__init__.py"):
            dotted = ".".join(init.parent.relative_to(ROOT).parts)
            found.add(dotted if place == "convo" else f"convo.{dotted}")
    return found


def test_every_folder_with_an_init_is_a_package_that_is_installed() -> None:
    assert configured()["packages"] == sorted(folders())
    assert configured()["package-dir"] == {"convo": "convo"} | PLACES
    for place in PLACES.values():
        assert (ROOT / place / "__init__.py").is_file()


def test_no_module_stands_in_a_folder_that_is_no_package() -> None:
    homeless = {
        path.parent.relative_to(ROOT)
        for place in ("convo", *PLACES.values())
        for path in (ROOT / place).rglob("*.py")
        if not (path.parent / "__init__.py").is_file()
    }
    assert homeless == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    source, target = folder / "source", folder / "built"
    source.mkdir()
    for path in ROOT.glob("*"):
        if path.name in {"pyproject.toml", "README.md", "LICENSE"}:
            shutil.copy(path, source)
    for place in ("convo", *PLACES.values()):
        shutil.copytree(ROOT / place, source / place, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--disable-pip-version-check",
        "-w",
        str(target),
    ]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, timeout=300, env={**os.environ})
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_claims_one_top_level_name(wheel: list[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"convo"}
    (metadata,) = [name for name in wheel if name.endswith("top_level.txt")]
    assert metadata.startswith("convo_desk-")


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: list[str]) -> None:
    held = set(wheel)
    wanted = {"convo/py.typed", "convo/query/grammar.lark", "convo/commands/main.py", "convo/tui/__init__.py"}
    for place, name in (("convo", "convo"), ("commands", "convo/commands"), ("fixtures", "convo/fixtures")):
        for path in (ROOT / place).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith(".pyc"):
                wanted.add(f"{name}/{path.relative_to(ROOT / place).as_posix()}")
    assert any(name.startswith("convo/store/migrations/versions/v") for name in wanted)
    assert any(name.startswith("convo/fixtures/shop/") for name in wanted)
    assert wanted - held == set()


def test_the_wheel_holds_no_tests_and_nothing_private(wheel: list[str]) -> None:
    assert [name for name in wheel if "test" in PurePosixPath(name).name.lower() or name.startswith("tests/")] == []


def run(code: str, folder: Path) -> str:
    """What a fresh Python prints for this code, outside the checkout."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_convo_loads_no_database(tmp_path: Path) -> None:
    modules = run("import sys, convo; convo.ConvoError; print(*sys.modules)", tmp_path).split()
    assert "convo.errors" in modules
    heavy = {"sqlalchemy", "sqlmodel", "alembic", "psycopg", "pydantic", "typer", "rich", "lark", "phonenumbers"}
    assert heavy & {module.partition(".")[0] for module in modules} == set()


def test_a_script_opens_a_desk_from_the_package_itself(tmp_path: Path) -> None:
    code = """
from convo import ConvoError, Desk, open_desk
with open_desk("shop.convo") as desk:
    assert isinstance(desk, Desk)
    print(desk.customers.add("Ana").name, len(desk.threads.list("is:open").items))
    try:
        desk.threads.show(1)
    except ConvoError as error:
        print(error.message)
"""
    assert run(code, tmp_path).splitlines() == ["Ana 0", "there is no thread 1"]
    assert (tmp_path / "shop.convo").is_file()


def test_a_name_that_convo_does_not_have_is_an_attribute_error() -> None:
    import convo

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = convo.nothing
