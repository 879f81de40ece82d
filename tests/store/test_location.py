"""Which store a path or URL names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.store.location import Location, locate


def test_a_path_is_a_sqlite_store_at_its_absolute_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for written in ("shop.convo", Path("shop.convo"), "sqlite:///shop.convo", f"sqlite:///{tmp_path}/shop.convo"):
        assert locate(written) == Location(path=tmp_path / "shop.convo")
    assert locate("shop.convo").engine == "sqlite"


def test_a_tilde_is_the_home_folder(home_of_its_own: Path) -> None:
    assert locate("~/shop.convo").path == home_of_its_own / "shop.convo"


def test_an_unknown_home_is_refused() -> None:
    with pytest.raises(BadInput, match="home folder"):
        locate("~nobody-of-this-name/shop.convo")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "POSTGRESQL", "postgresql+psycopg"])
def test_a_postgresql_url_is_a_server_store_however_its_scheme_is_written(scheme: str) -> None:
    location = locate(f"{scheme}://desk@db.example/shop")
    assert location == Location(url="postgresql://desk@db.example/shop")
    assert location.engine == "postgresql"


@pytest.mark.parametrize(
    "wrong",
    ["", "  ", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://x/y", "https://desk.example", "a\0b"],
)
def test_what_names_no_store_is_refused_in_one_sentence(wrong: str) -> None:
    with pytest.raises(BadInput) as refused:
        locate(wrong)
    assert "\n" not in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    "wrong",
    ["postgresql://db:port/x", "postgresql://[::1/x", "postgresql://db:99999/x", "postgresql://a b/c"],
)
def test_a_server_url_that_is_none_is_refused_without_showing_it(wrong: str) -> None:
    with pytest.raises(BadInput, match="is not a URL") as refused:
        locate(wrong)
    assert wrong not in refused.value.message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:s3cret@db.example/shop",
        "postgresql://desk:s3cret@[::1]:5432/shop?sslmode=require",
        "postgresql://desk@db.example/shop?password=s3cret&sslmode=require",
        "postgresql://desk:x:s3cret@db/shop",
        "postgresql:///shop?host=/run&user=desk&sslpassword=s3cret",
    ],
)
def test_a_url_is_shown_without_its_password(url: str) -> None:
    shown = str(locate(url))
    assert "s3cret" not in shown
    assert "shop" in shown
    assert "…" in shown


def test_a_url_without_a_password_is_shown_whole() -> None:
    assert str(locate("postgresql://desk@db.example:5432/shop")) == "postgresql://desk@db.example:5432/shop"


@given(st.text())
def test_any_text_names_a_store_or_is_refused(text: str) -> None:
    try:
        location = locate(text)
    except BadInput:
        return
    assert (location.path is None) != (location.url == "")
    assert str(location)
