"""Furnishes the demo's desk: the people who answer, what they know, what they promise, and who gets what."""

from importlib.resources import as_file, files

from convo.desk.desk import Desk
from convo.model.words import Role

_SNIPPETS = {
    "greeting": "Hello {customer.name},",
    "free-truing": "Wheels that we sold are trued free of charge for three months. Mornings are best.",
}
_LANGUAGES = {
    "de": ("lena.voss@post.example", "tom.becker@radpost.example", "info@buero-nord.example"),
    "en": ("jo@parkfamily.example", "maya@okafor.example", "nora.lind@fjord.example", "sam.rivera@riding.example"),
    "es": ("ana.ruiz@correo.example", "5550103"),
}
_HOURS = ("mon-fri 10:00-19:00", "sat 10:00-14:00")


def furnish(desk: Desk) -> None:
    """Put everything in its place."""
    _people(desk)
    _knowledge(desk)
    _promises(desk)
    _threads(desk)
    _rules(desk)


def _people(desk: Desk) -> None:
    desk.operators.add("kim", shown="Kim", role=Role.ADMIN.value, languages=["en", "de", "es"])
    desk.operators.add("alex", shown="Alex", role=Role.AGENT.value, languages=["en"], skills=["workshop"])
    desk.operators.edit("alex", shifts=_HOURS)
    desk.teams.add("workshop")
    desk.teams.join("workshop", "alex")
    for language, known_as in _LANGUAGES.items():
        for identity in known_as:
            desk.customers.edit(desk.customers.find(identity), language=language)


def _knowledge(desk: Desk) -> None:
    for name, body in _SNIPPETS.items():
        desk.snippets.add(name, body)
    with as_file(files("convo.fixtures") / "articles") as folder:
        desk.articles.bring_in([folder])


def _promises(desk: Desk) -> None:
    desk.calendars.add("shop", _HOURS, holidays=["12-25", "01-01"])
    desk.sla.add("normal", first="4h", following="8h", resolution="3d", calendar="shop")
    desk.sla.add("soon", first="1h", following="2h", resolution="1d", calendar="shop")


def _threads(desk: Desk) -> None:
    ana = desk.customers.find("ana.ruiz@correo.example")
    desk.customers.edit(ana, time_zone="Europe/Madrid")
    desk.customers.tag(ana, add=["commuter"])
    threads = desk.threads.list(f"customer:{ana}").items
    first = threads[-1]
    desk.threads.note(first.id, "Batch 7 of the R7 has soft spokes: offer a new wheel, not a third truing.")
    for thread in threads:
        desk.threads.assign(thread.id, "kim")
    desk.threads.tag(first.id, add=["wheels"])
    desk.threads.set_priority(threads[0].id, "high")
    for thread in desk.threads.list("from:Tom is:open").items:
        desk.threads.close(thread.id)


def _rules(desk: Desk) -> None:
    desk.bots.add("ines", (files("convo.fixtures") / "ines.toml").read_text("utf-8"))
    desk.rules.import_text((files("convo.fixtures") / "rules.toml").read_text("utf-8"))
