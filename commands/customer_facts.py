"""What is known about a customer, as names and values."""

from collections.abc import Iterator

from convo.model.views import CustomerView

from .lines import Value


def facts(view: CustomerView) -> Iterator[tuple[str, Value]]:
    """The facts in the order a person asks for them; what is not known is None."""
    yield "customer", view.id
    yield "name", view.name or None
    for identity in view.identities:
        yield identity.kind, (identity.shown or identity.value) + (" (shared)" if identity.shared else "")
    yield "tags", view.tags
    yield "language", view.language
    yield "time zone", view.time_zone
    yield from view.attributes.items()
    for consent in view.consents:
        yield f"{consent.kind} consent", f"{'granted' if consent.granted else 'refused'}, {consent.source}"
    yield "blocked", True if view.blocked else None
    yield "threads", f"{view.threads:,}, {view.open_threads:,} open"
    yield "messages", view.messages
    yield "purchases", view.purchases or None
    yield "spent", tuple(str(money) for money in view.spent)
    yield "since", view.created_at
    yield "last seen", view.last_seen_at
    yield "merged in", tuple(str(number) for number in view.merged)
    yield "merged into", view.merged_into
