"""Operations on customers: who they are, how channels know them, what they agreed to, and who is the same person."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from convo import clock
from convo.desk import customer_state, identity_changes
from convo.desk.cursor import check_limit
from convo.desk.customer_pages import customer_page
from convo.desk.customer_views import customer_view
from convo.desk.customer_words import attribute_name, attribute_value, language_tag, person_name, zone_name
from convo.desk.finding import alive, find_customer
from convo.desk.glance import panel
from convo.desk.merging import check_merge, merge, merge_views
from convo.desk.operation import Operations, operation
from convo.desk.querying import customer_filter
from convo.desk.thread_tags import tag_name
from convo.desk.undo_steps import keep as keep_step
from convo.desk.undo_steps import kept_customer
from convo.desk.undoing import MERGE, MERGED
from convo.desk.unmerging import unmerge
from convo.errors import BadInput
from convo.model import tables
from convo.model.customer_panel import CustomerPanel
from convo.model.table import to_micros
from convo.model.views import CustomerRow, CustomerView, DuplicateView, MergeView, Page
from convo.model.words import ConsentKind, Role

if TYPE_CHECKING:
    from convo.desk.erasing import ErasureView


class Customers(Operations):
    """Who we talk with."""

    @operation(Role.VIEWER)
    def list(self, query: str = "", *, after: str | None = None, limit: int = 50) -> Page[CustomerRow]:
        """A page of the customers that a query matches, the last heard of first; raises QueryError."""
        condition = customer_filter(self.desk, query) if query.strip() else None
        return customer_page(self.connection, condition, after=after, limit=limit)

    @operation(Role.VIEWER)
    def show(self, customer: int) -> CustomerView:
        """Everything about a customer but what was said; raises NotFound."""
        return customer_view(self.connection, customer)

    @operation(Role.VIEWER)
    def panel(self, customer: int) -> CustomerPanel:
        """Everything about a customer that is worth a glance; raises NotFound.

        A customer merged into another shows that one's. The stage is `convo.desk.journey.stage`'s.
        """
        view = self.show(customer)
        return self.panel(view.merged_into) if view.merged_into is not None else panel(self.desk, view)

    @operation(Role.VIEWER)
    def find(self, text: str) -> int:
        """The number of the one customer that a number, a handle or a name means.

        Raises NotFound, and Conflict listing the candidates when it fits several.
        """
        return find_customer(self.connection, text, home_region=self.desk.settings.home_region)

    @operation(Role.AGENT, writes=True)
    def add(
        self,
        name: str = "",
        *,
        identities: Sequence[tuple[str, str]] = (),
        language: str | None = None,
        time_zone: str | None = None,
    ) -> CustomerView:
        """Make a customer with these (kind, value) handles.

        Raises BadInput when there is neither name nor handle or one is wrong, Conflict when a handle is another's.
        """
        form = person_name(name)
        if not form and not identities:
            raise BadInput("a customer needs a name or an identity", hint="such as --identity email=ann@example.org")
        table = tables.customer
        made = self.connection.execute(
            insert(table).returning(table.c.id),
            {
                "name": form,
                "language": language_tag(language or ""),
                "time_zone": zone_name(time_zone or ""),
                "created_at": clock.now(),
            },
        )
        customer = int(made.scalar_one())
        for kind, value in identities:
            self._give(customer, kind, value)
        self._told(customer, {})
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def edit(
        self, customer: int, *, name: str | None = None, language: str | None = None, time_zone: str | None = None
    ) -> CustomerView:
        """Change what is given; an empty text takes it away; raises NotFound, BadInput, Conflict when merged away."""
        before = self._state(customer)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = person_name(name)
        if language is not None:
            values["language"] = language_tag(language)
        if time_zone is not None:
            values["time_zone"] = zone_name(time_zone)
        if values:
            table = tables.customer
            self.connection.execute(update(table).where(table.c.id == customer).values(**values))
        self._told(customer, before)
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def tag(self, customer: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> CustomerView:
        """Add and remove tags, which are kept casefolded; raises BadInput for one that is empty or long, NotFound."""
        before = self._state(customer)
        for tag in remove:
            customer_state.put(self.connection, customer, f"tag:{tag_name(tag)}", None)
        for tag in add:
            customer_state.put(self.connection, customer, f"tag:{tag_name(tag)}", True)
        self._told(customer, before)
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def set_attributes(self, customer: int, values: Mapping[str, str | None]) -> CustomerView:
        """Set attributes, or remove those given as None or empty; raises NotFound, BadInput."""
        before = self._state(customer)
        for name, value in values.items():
            key = attribute_name(name)
            form = attribute_value(key, value) if value is not None else ""
            customer_state.put(self.connection, customer, f"attribute:{key}", form or None)
        self._told(customer, before)
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def add_identity(self, customer: int, kind: str, value: str, *, shared: bool = False) -> CustomerView:
        """Give a customer a handle; a `shared` one (info@, a family's phone) never makes people one.

        Raises NotFound, BadInput for what is no such handle, Conflict when it is another customer's.
        """
        form = self._give(alive(self.connection, customer), kind, value, shared=shared)
        self.record("customer", customer, after={"identity": f"{kind}:{form}", "shared": shared})
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def remove_identity(self, customer: int, kind: str, value: str) -> CustomerView:
        """Take a handle from a customer; what came by it stays in the conversation; raises NotFound."""
        region = self.desk.settings.home_region
        form = identity_changes.take(self.connection, alive(self.connection, customer), kind, value, home_region=region)
        self.record("customer", customer, before={"identity": f"{kind}:{form}"})
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def share_identity(self, kind: str, value: str, shared: bool) -> CustomerView:
        """Mark a handle as several people's, or as one customer's own again; raises NotFound."""
        region = self.desk.settings.home_region
        customer, form = identity_changes.share(self.connection, kind, value, shared, home_region=region)
        self.record("customer", customer, after={"identity": f"{kind}:{form}", "shared": shared})
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def merge(self, keep: int, merged: int, *, dry_run: bool = False) -> MergeView:
        """Make two customers one: `keep` gets all that `merged` has; `unmerge` takes it back at any later time.

        Raises NotFound, BadInput for the same customer twice, Conflict when one is merged away already.
        """
        with self._rehearsed(dry_run):
            check_merge(self.connection, keep, merged)
            before = {"keep": self._state(keep), "merged": self._state(merged)}
            number = merge(self.connection, keep, merged, by=self.desk.actor.name, at=clock.now())
            view = merge_views(self.connection, number=number)[0]
            self.record("customer", keep, before, {"merged": merged, "moved": view.moved, **self._state(keep)})
            title = f"merge customer {merged} into {keep}"
            keep_step(self.desk, title, {MERGED: merged}, {MERGE: number}, customer=keep)
        return view

    @operation(Role.AGENT, writes=True)
    def unmerge(self, merged: int, *, dry_run: bool = False) -> MergeView:
        """Take a merged customer out again, with what came since by its handles.

        Raises NotFound, and Conflict when it is merged into nobody.
        """
        with self._rehearsed(dry_run):
            number = unmerge(self.store, self.connection, merged, at=clock.now())
            view = merge_views(self.connection, number=number)[0]
            self.record("customer", merged, {"merged_into": view.kept_id}, {"merged_into": None, "moved": view.moved})
        return view

    @operation(Role.VIEWER)
    def merges(self, customer: int) -> tuple[MergeView, ...]:
        """The merges in which a customer took part, oldest first, also those undone; raises NotFound."""
        self.show(customer)
        return tuple(merge_views(self.connection, [customer]))

    @operation(Role.VIEWER)
    def duplicates(self, *, limit: int = 50, minimum: float = 0.6) -> tuple[DuplicateView, ...]:
        """The pairs of customers who may be one, the surest first, with the reasons; nothing is merged.

        `minimum` is the least score (0..1) of interest. Raises BadInput for a limit or a score out of range.
        """
        from convo.desk.duplicates import find_duplicates

        if not 0 <= minimum <= 1:
            raise BadInput(f"a score is between 0 and 1, not {minimum}")
        return find_duplicates(self.connection, limit=check_limit(limit), minimum=minimum)

    @operation(Role.AGENT, writes=True)
    def consent(self, customer: int, kind: str, granted: bool, *, source: str) -> CustomerView:
        """Write down that a customer agreed, or no longer agrees, to a kind of contact; `source` says how we know.

        Raises NotFound, BadInput for a kind that is none or an empty source.
        """
        if kind not in list(ConsentKind):
            raise BadInput(f"{kind[:40]!r} is no kind of consent", hint="one of " + ", ".join(ConsentKind))
        told = person_name(source)
        if not told:
            raise BadInput("consent needs a source", hint="such as 'web form' or 'said so on the phone'")
        row = {"customer_id": alive(self.connection, customer), "kind": kind, "granted": granted, "source": told}
        self.connection.execute(insert(tables.consent), row | {"at": clock.now()})
        self.record("customer", customer, after={"consent": kind, "granted": granted, "source": told})
        return self.show(customer)

    @operation(Role.AGENT, writes=True)
    def block(self, customer: int) -> CustomerView:
        """Let what a customer writes no longer open threads; raises NotFound."""
        return self._block(customer, to_micros(clock.now()))

    @operation(Role.AGENT, writes=True)
    def unblock(self, customer: int) -> CustomerView:
        """Listen to a blocked customer again; raises NotFound."""
        return self._block(customer, None)

    @operation(Role.ADMIN, writes=True, batches=True)
    def export(self, customer: int, folder: Path) -> Path:
        """Write everything about one person to a new or empty folder: one JSON and the attachments.

        Returns the JSON's path. Raises NotFound, and BadInput when the folder holds something or cannot be made.
        """
        from convo.desk.exporting import export_person

        with self.store.read() as connection:
            path = export_person(self.store, connection, alive(connection, customer), folder)
        with self.store.write():
            self.record("customer", customer, after={"exported": True})
        return path

    @operation(Role.ADMIN, writes=True, batches=True)
    def erase(self, customer: int) -> "ErasureView":
        """Remove a customer for good, with all who are merged into it and everything said; there is no way back.

        The view says whether searching the raw files proved that the words are gone; on PostgreSQL nobody can tell.
        Raises NotFound, Conflict when the customer is merged into another.
        """
        from convo.desk.erasing import erase_person

        with self.store.write(alone="intake") as connection:
            erasure = erase_person(self.store, connection, alive(connection, customer))
            self.record("customer", customer, after={"erased": True})
        return erasure.finish(self.store)

    def _state(self, customer: int) -> dict[str, Any]:
        return dict(customer_state.read(self.connection, alive(self.connection, customer)))

    def _told(self, customer: int, before: dict[str, Any]) -> None:
        """Leave the audit row of what differs now."""
        after = self._state(customer)
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        self.record(
            "customer",
            customer,
            {key: before[key] for key in sorted(changed & before.keys())},
            {key: after[key] for key in sorted(changed & after.keys())},
        )

    def _give(self, customer: int, kind: str, value: str, *, shared: bool = False) -> str:
        region = self.desk.settings.home_region
        return identity_changes.give(
            self.connection, customer, kind, value, shared=shared, home_region=region, at=clock.now()
        )

    def _block(self, customer: int, at: int | None) -> CustomerView:
        before = self._state(customer)
        if (at is None) == ("blocked_at" in before):
            with kept_customer(self.desk, "unblock" if at is None else "block", customer):
                customer_state.put(self.connection, customer, "blocked_at", at)
                self._told(customer, before)
        return self.show(customer)

    @contextmanager
    def _rehearsed(self, dry_run: bool) -> Iterator[None]:
        """Do it all and take it all back, audit row included, when it is only to be shown."""
        if not dry_run:
            yield
            return
        trial = self.connection.begin_nested()
        try:
            yield
        finally:
            trial.rollback()
            self.desk.audited = True
