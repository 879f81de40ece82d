"""Models of intents as the store keeps them: which is active, loaded once a process, else the starter's."""

import logging
from collections import OrderedDict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.intent_views import IntentModelView
from convo.nlp.intent_model import IntentModel
from convo.nlp.intent_starter import starter_model
from convo.store.store import Store

_KEPT_LOADED = 4

_log = logging.getLogger(__name__)
_loaded: OrderedDict[tuple[str, int, str], IntentModel | None] = OrderedDict()


def active_classifier(store: Store) -> IntentModel:
    """The model that new messages are classified by: the active one, or the starter's where there is none.

    A trained model is loaded once in a process and again when another has become active, whichever process made it so.
    One that cannot be used is logged once and the starter's takes its place; `convo doctor` tells of it.
    """
    with store.read() as connection:
        row = active_row(connection)
        if row is None:
            return starter_model()
        key = (str(store.location), row.version, row.created_at.isoformat())
        if key not in _loaded:
            try:
                _keep(key, load(connection, row.version))
            except BadInput as error:
                _log.warning("intent model %d is not used, but the starter's: %s", row.version, error.message)
                _keep(key, None)
    _loaded.move_to_end(key)
    return _loaded[key] or starter_model()


def active_row(connection: Connection) -> Row[int, str, dict[str, Any], datetime] | None:
    """The active model's version, kind, measures and when it was made."""
    model = tables.intent_model
    return connection.execute(
        select(model.c.version, model.c.kind, model.c.measures, model.c.created_at)
        .where(model.c.active)
        .order_by(model.c.version.desc())
        .limit(1)
    ).first()


def load(connection: Connection, version: int) -> IntentModel:
    """A stored model; raises NotFound, and BadInput for one that is damaged or of another version of convo."""
    model = tables.intent_model
    data = connection.execute(select(model.c.data).where(model.c.version == version)).scalar()
    if data is None:
        raise NotFound(f"there is no intent model {version}", hint="convo intent models lists them")
    return IntentModel.from_bytes(bytes(data))


def model_views(connection: Connection) -> tuple[IntentModelView, ...]:
    """The stored models, the newest first."""
    model = tables.intent_model
    rows = connection.execute(
        select(
            model.c.version,
            model.c.kind,
            model.c.active,
            model.c.measures,
            model.c.created_at,
            func.length(model.c.data).label("size"),
        ).order_by(model.c.version.desc())
    )
    return tuple(
        IntentModelView(
            row.version,
            row.kind,
            row.active,
            int(row.measures.get("sentences", 0)),
            int(row.measures.get("intents", 0)),
            row.measures.get("accuracy"),
            row.measures.get("answered"),
            row.measures.get("refused"),
            row.size,
            row.created_at,
        )
        for row in rows
    )


def _keep(key: tuple[str, int, str], model: IntentModel | None) -> None:
    _loaded[key] = model
    while len(_loaded) > _KEPT_LOADED:
        _loaded.popitem(last=False)
