"""Whether the active model of intents is well: it can be used, and it remembers nothing that was erased."""

from sqlalchemy import Connection

from convo.desk import intent_models
from convo.desk.intent_training import labels_left
from convo.errors import BadInput
from convo.model.views import Finding

_TRAIN = "convo intent train"


def intent_health(connection: Connection) -> Finding:
    """A finding about the active model; the starter's is always well."""
    row = intent_models.active_row(connection)
    if row is None:
        return Finding("intents", True, "the starter's model, no own one yet")
    try:
        intent_models.load(connection, row.version)
    except BadInput as error:
        detail = f"model {row.version} cannot be used, the starter's is: {error.message}"
        return Finding("intents", False, detail, error.hint or _TRAIN)
    learned, last = int(row.measures.get("labels", 0)), int(row.measures.get("last_label", 0))
    gone = learned - labels_left(connection, last)
    if gone > 0:
        detail = f"model {row.version} has learned from {gone} labels that were erased or changed since"
        return Finding("intents", False, detail, f"{_TRAIN}, so that it forgets them")
    return Finding("intents", True, f"model {row.version} ({row.kind})")
