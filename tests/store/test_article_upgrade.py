"""Articles of a store of the version before are found after its upgrade."""

from pathlib import Path

from sqlalchemy import text

from convo.config import Settings
from convo.desk.desk import open_desk
from convo.store import migrate
from convo.store.engine import connect
from convo.store.location import locate


def test_articles_from_before_the_index_are_found_at_once(tmp_path: Path, monkeypatch) -> None:
    from alembic import command

    path = tmp_path / "old.convo"
    upgrade = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        path.touch(mode=0o600)
        migrate.upgrade(locate(path))
    engine = connect(locate(path))
    with engine.connect().execution_options(convo_write=True) as connection, connection.begin():
        for number in range(1, 451):
            connection.execute(
                text("INSERT INTO article VALUES (:id, :name, 'How long does truing take?', :body, NULL, 1, 1)"),
                {"id": number, "name": f"a{number}", "body": f"Half an hour. wheel{number}"},
            )
    engine.dispose()
    with open_desk(path, settings=Settings(store=str(path))) as desk:
        assert desk.articles.search("wheel450 truing")[0].name == "a450"
        assert len(desk.articles.list()) == 450
