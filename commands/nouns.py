"""The nouns of the command line: their names, the modules that hold them and the one line that describes each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """One word after `convo`; `verbs` says whether more words follow it, `module` is the sibling that defines it."""

    name: str
    module: str
    help: str
    verbs: bool = True


NOUNS = (
    Noun("tui", "tui", "Open the desk on screen; convo alone does the same.", verbs=False),
    Noun("inbox", "inbox", "What waits: yours, nobody's, all of it, with counts.", verbs=False),
    Noun("thread", "thread", "Topics: list, read, answer, assign, snooze, close."),
    Noun("conversation", "conversation", "Everything exchanged with one customer, on one timeline."),
    Noun("search", "search", "Find messages by their words and by what is known of them.", verbs=False),
    Noun("customer", "customer", "The people we talk with: who they are, merge, erase."),
    Noun("channel", "channel", "The accounts through which messages travel."),
    Noun("log", "log", "Write down a call or a visit on a customer's timeline."),
    Noun("code", "code", "Short words on shelves and products that open a chat."),
    Noun("delivery", "delivery", "Answers on their way: what did not go, and why; retry."),
    Noun("import", "import_", "Read logs of any known format into the store, or undo it."),
    Noun("enrich", "enrich", "Tell language, mood and intent of stored messages.", verbs=False),
    Noun("export", "export", "Write messages, threads, customers or events as JSON lines."),
    Noun("rule", "rule", "When a query matches a message, do these actions."),
    Noun("queue", "queue", "Threads that nobody could take yet, and why.", verbs=False),
    Noun("sla", "sla", "Promised times: policies, calendars, due times, breaches."),
    Noun("operator", "operator", "The people who answer: skills, shifts, availability."),
    Noun("team", "team", "Groups of operators."),
    Noun("snippet", "snippet", "Canned replies with variables."),
    Noun("intent", "intent", "What messages are after: label, train, try, guess."),
    Noun("article", "article", "The knowledge base."),
    Noun("bot", "bot", "First contact by a machine, until a person is needed."),
    Noun("undo", "undo", "Take back what you did last.", verbs=False),
    Noun("notification", "notification", "What rules and colleagues told you about threads."),
    Noun("work", "work", "Do what is due: fetch, send, route, wake, hand out.", verbs=False),
    Noun("store", "store", "The store itself: facts, check, backup, upgrade, copy."),
    Noun("config", "config", "Settings, and where each value comes from."),
    Noun("doctor", "doctor", "Look for what is wrong with store, settings and machine.", verbs=False),
    Noun("demo", "demo", "Make a small store to play with.", verbs=False),
    Noun("help", "help_", "Explain a command, queries, the settings or the exit codes.", verbs=False),
)


def noun(name: str) -> Noun:
    """The noun of that name; raises KeyError."""
    return _BY_NAME[name]


_BY_NAME = {noun.name: noun for noun in NOUNS}
