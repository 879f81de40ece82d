"""Tables of people: customers and how channels know them, operators and their teams."""

from sqlalchemy import Index, UniqueConstraint

from convo.model.table import flag, instant, json, key, number, one_of, reference, table, text, word
from convo.model.words import Availability, ConsentKind, IdentityKind, Role

customer = table(
    "customer",
    key(),
    text("name", ""),
    text("language", null=True),
    text("time_zone", null=True),
    instant("blocked_at", null=True),
    reference("merged_into_id", "customer.id", null=True, index=True),
    instant("created_at"),
    instant("last_seen_at", null=True, index=True),
    reference("import_run_id", "import_run.id", null=True, index=True),
)
"""A person or company we talk with; `merged_into_id` is set while another customer stands for this one."""


identity = table(
    "identity",
    key(),
    reference("customer_id", "customer.id", index=True),
    word("kind"),
    text("value"),
    text("shown", ""),
    flag("shared", False),
    instant("created_at"),
    reference("import_run_id", "import_run.id", null=True, index=True),
    UniqueConstraint("kind", "value"),
    one_of("kind", IdentityKind),
)
"""A handle by which a channel knows a customer; a `shared` one (family phone, info@) never merges people."""


customer_tag = table(
    "customer_tag",
    reference("customer_id", "customer.id", primary=True),
    text("tag", primary=True),
    Index(None, "tag", "customer_id"),
)
"""A tag on a customer."""


customer_attribute = table(
    "customer_attribute",
    reference("customer_id", "customer.id", primary=True),
    text("name", primary=True),
    text("value"),
    Index(None, "name", "value"),
)
"""A named value of a customer: plan, size, anything the desk wants to know."""


consent = table(
    "consent",
    key(),
    reference("customer_id", "customer.id", index=True),
    word("kind"),
    flag("granted"),
    text("source"),
    instant("at"),
    one_of("kind", ConsentKind),
)
"""One statement of a customer's consent; the newest of a kind is in force."""


merge = table(
    "merge",
    key(),
    reference("kept_id", "customer.id", index=True),
    reference("merged_id", "customer.id", index=True),
    instant("at"),
    text("by"),
    json("changed", dict),
    instant("undone_at", null=True),
)
"""That one customer was merged into another, with what it changed there, so that it can be undone."""


merge_move = table(
    "merge_move",
    reference("merge_id", "merge.id", primary=True),
    text("entity", primary=True),
    number("row_id", primary=True),
)
"""One row that a merge moved to the customer kept."""


operator = table(
    "operator",
    key(),
    text("name", unique=True),
    text("shown", ""),
    text("email", null=True),
    word("role", Role.AGENT.value),
    json("skills", list),
    json("languages", list),
    number("capacity", 20),
    word("availability", Availability.AVAILABLE.value),
    text("time_zone", null=True),
    json("shifts", list),
    instant("last_assigned_at", null=True),
    instant("created_at"),
    instant("removed_at", null=True),
    one_of("role", Role),
    one_of("availability", Availability),
)
"""A person who answers; `name` is the short name used in queries, `shown` the one customers see.

`shifts` are the times of the week in which they work, in their time zone; none means whenever they are available."""


team = table(
    "team",
    key(),
    text("name", unique=True),
    instant("created_at"),
)
"""A group of operators."""


team_member = table(
    "team_member",
    reference("team_id", "team.id", primary=True),
    reference("operator_id", "operator.id", primary=True, index=True),
)
"""That an operator belongs to a team."""
