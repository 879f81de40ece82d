"""Read the order tables of shops (Shopify, WooCommerce and their like); each order becomes one purchase event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.csv_layout import sample
from convo.importers.csv_reading import Row, Table, open_table
from convo.importers.dates import DateReader, UnreadableDate, reader_for
from convo.importers.header_words import match_columns, plain, word_set
from convo.importers.money import DecimalMark, UnreadableAmount, currency, decimal_mark, milli
from convo.model.envelope import EventEnvelope, Handle, Item, Skipped, Unreadable
from convo.model.words import EventKind

_SHOPIFY = frozenset({"name", "email", "financial status", "lineitem name"})
_NAMES = {
    "total": (
        "order total", "total price", "grand total", "total amount", "total", "n revenue", "net sales", "gesamtbetrag",
        "gesamtsumme", "bestellsumme", "gesamt", "summe", "importe total", "total del pedido", "montant total",
        "total de la commande", "totale ordine", "importo totale", "totale", "amount", "betrag", "importe", "montant",
        "importo", "revenue", "order value", "dollar value",
    ),
    "order": (
        "order number", "order id", "order no", "order", "order nr", "bestellnummer", "bestell nr", "bestellung",
        "auftragsnummer", "numero de pedido", "id pedido", "id de pedido", "pedido", "numero de commande", "commande",
        "id commande", "numero ordine", "id ordine", "ordine",
    ),
    "date": (
        "created at", "order date", "date created", "ordered at", "purchase date", "date", "paid at", "bestelldatum",
        "datum", "auftragsdatum", "fecha del pedido", "fecha", "date de commande", "date commande", "data ordine",
        "data",
    ),
    "email": (
        "billing email", "email", "e mail", "customer email", "email address", "e mail adresse", "kunden e mail",
        "correo electronico", "correo", "adresse e mail", "courriel", "indirizzo email", "billing address email",
    ),
    "phone": (
        "billing phone", "phone", "customer phone", "phone number", "telefon", "telefonnummer", "telefono", "telephone",
    ),
    "customer": (
        "customer id", "customer number", "customer user", "kundennummer", "kunden nr", "numero de cliente",
        "id cliente", "numero client", "numero cliente",
    ),
    "name": (
        "billing name", "customer name", "customer", "kunde", "kundenname", "cliente", "client", "nom du client",
        "full name", "shipping name",
    ),
    "first name": ("billing first name", "first name", "vorname", "prenom", "nombre"),
    "last name": ("billing last name", "last name", "nachname", "nom", "apellidos", "apellido", "cognome"),
    "currency": ("currency", "order currency", "currency code", "wahrung", "moneda", "divisa", "devise", "valuta"),
    "quantity": (
        "lineitem quantity", "item quantity", "quantity", "qty", "items sold", "menge", "anzahl", "cantidad",
        "quantite", "quantita",
    ),
    "item": (
        "lineitem name", "item name", "product name", "product s", "products", "product", "line items", "items", "item",
        "artikel", "artikelname", "produkt", "articulo", "producto", "article", "produit", "articolo", "prodotto",
    ),
    "status": ("financial status", "order status", "status", "bestellstatus", "estado", "statut", "stato"),
    "cancelled": ("cancelled at", "canceled at"),
    "refunded": ("refunded amount", "refund amount", "refund total", "erstattet"),
}  # fmt: skip
_NOT_BOUGHT = word_set(
    "cancelled canceled voided failed expired draft trash wccancelled wcfailed storniert abgebrochen fehlgeschlagen "
    "cancelado annule annulee annullato"
)
_MOST_ROWS = 10_000
_MOST_ITEMS = 5
_LONGEST = 300


class OrdersImporter:
    """A table of orders with a header: an order's number, date, total and customer, a row an order or an item."""

    name: ClassVar[str] = "orders"
    channel_kind: ClassVar[str] = "shop"
    title: ClassVar[str] = "Shop orders (CSV)"

    def recognises(self, source: Source) -> bool:
        """Whether the header names an order, its date, its total and its customer."""
        found = sample(source.head)
        return bool(found) and _is_orders(_columns(found[0]))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """One purchase an order; rows of one order that follow each other are its items; cancelled ones are Skipped."""
        table = open_table(source.path)
        columns = _columns(table.columns)
        if not _is_orders(columns):
            raise BadInput(
                f"{source.name} does not say which column holds an order's number, date, total or customer",
                hint="its columns are " + ", ".join(table.columns[:20]) + "; name them Order ID, Date, Total and Email",
            )
        reading = _Reading(
            columns,
            reader_for(table.values(columns["date"]), options, source.name),
            decimal_mark(table.values(columns["total"])),
            currency(columns["total"]),
            source.name,
        )
        for group in _orders(table, columns["order"]):
            yield group if isinstance(group, Unreadable) else reading.order(group)


IMPORTER = OrdersImporter()


def _columns(header: Sequence[str]) -> dict[str, str]:
    found = match_columns(header, _NAMES)
    names = {plain(name): name for name in header}
    if names.keys() >= _SHOPIFY:
        found["order"] = names["name"]
    return found


def _is_orders(columns: dict[str, str]) -> bool:
    whom = {"email", "phone", "customer", "name"} & columns.keys()
    return {"order", "date", "total"} <= columns.keys() and bool(whom)


_Line = tuple[Row, dict[str, str]]


def _orders(table: Table, order_column: str) -> Iterator[list[_Line] | Unreadable]:
    """The rows in groups of one order; a row that cannot be read is yielded by itself, before its neighbours."""
    group: list[_Line] = []
    for record in table.records():
        if isinstance(record, Unreadable):
            yield record
            continue
        number = record[1][order_column].strip()
        if group and (not number or number != group[0][1][order_column].strip() or len(group) >= _MOST_ROWS):
            yield group
            group = []
        group.append(record)
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is known of the whole table while its orders are read."""

    columns: dict[str, str]
    dates: DateReader
    mark: DecimalMark | None
    header_currency: str | None
    source: str

    def order(self, lines: list[_Line]) -> Item:
        """The purchase that these rows are."""
        row = lines[0][0]
        number = self._first(lines, "order").lstrip("#")
        if not 0 < len(number) <= _LONGEST:
            return row.unreadable("has no order number" if not number else "has no possible order number", self.source)
        status = self._first(lines, "status")
        if self._first(lines, "cancelled") or plain(status).replace(" ", "") in _NOT_BOUGHT:
            return Skipped(f"order {number} was not carried out ({status[:40] or 'cancelled'})", self.source, row.place)
        customer = self._customer(lines)
        if not customer:
            return row.unreadable(
                "has an order without an e-mail address, a telephone number or a customer number", self.source
            )
        try:
            at = self.dates.read(self._first(lines, "date"))
            amount = self._amount(lines)
        except (UnreadableDate, UnreadableAmount) as error:
            return row.unreadable(str(error), self.source)
        items = self._items(lines)
        data = {
            "order": number,
            "status": status[:100],
            "items": "; ".join(items)[:4000],
            "refunded": next((value[:40] for value in self._all(lines, "refunded") if value.strip("0.,")), ""),
        }
        return EventEnvelope(
            kind=EventKind.PURCHASE,
            customer=customer,
            at=at,
            title=_title(number, items),
            amount_milli=amount,
            currency=self._currency(lines),
            external_id=number,
            data={key: value for key, value in data.items() if value},
            channel="shop",
            source=self.source,
            place=row.place,
        )

    def _all(self, lines: list[_Line], field: str) -> list[str]:
        column = self.columns.get(field)
        return [cells[column].strip() for _, cells in lines] if column else []

    def _first(self, lines: list[_Line], field: str) -> str:
        return next((value for value in self._all(lines, field) if value), "")

    def _customer(self, lines: list[_Line]) -> tuple[Handle, ...]:
        full = f"{self._first(lines, 'first name')} {self._first(lines, 'last name')}".strip()
        name = (self._first(lines, "name") or full)[:200]
        found = []
        if "@" in (email := self._first(lines, "email") or name) and len(email) <= _LONGEST:
            found.append(Handle("email", email, name))
        phone = self._first(lines, "phone").lstrip("'")
        if any(c.isdigit() for c in phone):
            found.append(Handle("phone", phone[:40], name))
        if (known := self._first(lines, "customer")) and known != "0" and len(known) <= _LONGEST:
            found.append(Handle("external", known, name))
        return tuple(found)

    def _amount(self, lines: list[_Line]) -> int:
        """The order's total: the one value its rows give, or the sum where each row gives its own."""
        totals = [milli(value, self.mark) for value in self._all(lines, "total") if value]
        if not totals:
            raise UnreadableAmount("has no total")
        return totals[0] if len({*totals}) == 1 else sum(totals)

    def _currency(self, lines: list[_Line]) -> str | None:
        told = chain(self._all(lines, "currency"), self._all(lines, "total"))
        return next((code for value in told if (code := currency(value))), self.header_currency)

    def _items(self, lines: list[_Line]) -> list[str]:
        names, quantities = self._all(lines, "item"), self._all(lines, "quantity")
        found = []
        for position, name in enumerate(names):
            if "name:" in name and "|" in name:
                found += _packed_items(name)
            elif name:
                count = quantities[position].removesuffix(".0") if quantities and "×" not in name else ""
                found.append(f"{count} × {name[:200]}" if count else name[:200])
        return found


def _title(number: str, items: list[str]) -> str:
    """What the purchase is called: "Order 1001: 2 × R7 wheel, 1 × tube"."""
    if not items:
        return f"Order {number}"
    more = f" and {len(items) - _MOST_ITEMS} more" if len(items) > _MOST_ITEMS else ""
    return f"Order {number}: {', '.join(items[:_MOST_ITEMS])}{more}"[:500]


def _packed_items(cell: str) -> list[str]:
    """Items that one cell packs together: "name:R7 wheel|quantity:2|total:30.00;name:tube|quantity:1"."""
    found = []
    for packed in cell[:20_000].split(";"):
        values = dict(part.partition(":")[::2] for part in packed.split("|"))
        if name := values.get("name", "").strip():
            count = values.get("quantity", "").strip()
            found.append(f"{count} × {name[:200]}" if count else name[:200])
    return found
