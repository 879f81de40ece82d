"""What faces explain and complete without opening a store: the query language and the log formats."""


def query_help() -> str:
    """The query language on one page of plain text."""
    from convo.query.help import help_text

    return help_text()


def query_completions(prefix: str) -> list[str]:
    """What the last word of a query being typed may become."""
    from convo.query.help import complete

    return complete(prefix)


def import_formats() -> tuple[tuple[str, str, str], ...]:
    """The log formats that can be read: the name, the kind of channel, and what it is."""
    from convo.importers import registry

    importers = [registry.by_name(name) for name, _ in registry.IMPORTERS]
    return tuple((importer.name, importer.channel_kind, importer.title) for importer in importers)
