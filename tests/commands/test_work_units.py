"""What `convo work` prints for systemd and cron: sound, for this store, and without a password."""

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.conftest import Convo

AWKWARD = '/srv/the shop/100% "ours" $HOME\'/desk.convo'


def unit_of(text: str) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string(text)
    return parsed


def test_the_unit_names_this_interpreter_and_store_and_is_hardened(convo: Convo, shop: Path, tmp_path: Path) -> None:
    ran = convo("work", "--print-systemd")
    assert ran.code == 0
    service = unit_of(ran.out)["Service"]
    words = shlex.split(service["ExecStart"])
    assert Path(words[0]).is_absolute()
    assert words[-2:] == ["--store", str(shop)]
    assert "work" in words
    assert (service["Restart"], service["NoNewPrivileges"], service["ProtectSystem"], service["PrivateTmp"]) == (
        "on-failure",
        "yes",
        "strict",
        "yes",
    )
    assert f'"-{shop.parent}"' in service["ReadWritePaths"]
    file = tmp_path / "units" / "convo-work.service"
    file.parent.mkdir()
    file.write_text(ran.out)
    verify(file)


def test_a_store_with_an_awkward_name_is_quoted(convo: Convo, tmp_path: Path) -> None:
    unit = convo("work", "--print-systemd", "--store", AWKWARD).out
    exec_start = unit_of(unit)["Service"]["ExecStart"]
    assert '100%% \\"ours\\" $$HOME' in exec_start
    file = tmp_path / "units" / "convo-work.service"
    file.parent.mkdir()
    file.write_text(unit)
    verify(file)
    line = convo("work", "--print-cron", "--store", AWKWARD).out
    command = line.removeprefix("* * * * * ").replace("\\%", "%")
    assert shlex.split(command)[-2:] == ["--store", AWKWARD]
    assert "--once" in command
    for flag in ("--print-cron", "--print-systemd"):
        assert convo("work", flag, "--store", "/a\nExecStart=/bin/evil").code == 1


def verify(file: Path) -> None:
    """Let systemd itself look at a unit, where it is there."""
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        return
    done = subprocess.run(
        [analyse, "verify", "--user", "--man=no", str(file)], capture_output=True, text=True, timeout=30
    )
    about_it = [line for line in done.stderr.splitlines() if file.name in line]
    assert not about_it, done.stderr


@pytest.mark.parametrize("flag", ["--print-cron", "--print-systemd"])
@pytest.mark.parametrize("url", ["postgresql://desk:hunter2@db/convo", "postgresql://db/convo?password=hunter2"])
def test_a_password_is_not_printed(flag: str, url: str, convo: Convo) -> None:
    ran = convo("work", flag, "--store", url)
    assert ran.code == 2
    assert "hunter2" not in ran.out + ran.err
    assert "~/.pgpass" in ran.err
    assert convo("work", flag, "--store", "postgresql://desk@db/convo").code == 0
    assert convo("work", "--print-cron", "--print-systemd").code == 2
