"""A server that cannot run here is a skip with its reason, and in CI a failure."""

import shutil
from types import SimpleNamespace

import pytest

from tests.servers import dovecot, opensmtpd, synapse_install
from tests.servers.needs import needs

ABSENT = SimpleNamespace(missing=lambda: "no such server here")
PRESENT = SimpleNamespace(missing=lambda: "")


def test_what_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    needs(PRESENT, PRESENT)


def test_what_is_missing_is_skipped_and_in_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no such server here"):
        needs(PRESENT, ABSENT)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such server here"):
        needs(PRESENT, ABSENT)


@pytest.mark.parametrize("server", [dovecot, opensmtpd])
def test_a_server_whose_program_is_not_found_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, server: SimpleNamespace
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert "Debian: " in server.missing()


def test_a_synapse_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synapse_install, "_DONE", synapse_install.FOLDER / "never")
    assert "python -m tests.servers.synapse_install" in synapse_install.missing()
