"""What Meta pushes for WhatsApp, in the shapes of its webhook reference (August 2026)."""

from datetime import UTC, datetime
from typing import Any

from tests.servers.graph import ACCOUNT, NUMBER

AT = datetime(2026, 11, 17, 12, tzinfo=UTC)
"""When all this happens."""
ANA = {
    "profile": {"name": "Ana Ruiz", "username": "ana.ruiz"},
    "wa_id": "34600111222",
    "user_id": "ES.13491208655302741918",
}
WITHOUT_NUMBER = {"profile": {"name": "Bo"}, "user_id": "US.22222222222222222222"}
OLD_STYLE = {"profile": {"name": "Cy"}, "wa_id": "4915112345678"}


def pushed(*changes: dict[str, Any]) -> dict[str, Any]:
    """A whole request with these changes in one entry."""
    return {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": list(changes)}]}


def change(number: str = NUMBER, field: str = "messages", **value: Any) -> dict[str, Any]:
    """One change of a number."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": number}
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def message(
    kind: str = "text", held: Any = None, *, who: dict[str, Any] = ANA, place: int = 1, **more: Any
) -> dict[str, Any]:
    """One message of a type with what it holds."""
    said: dict[str, Any] = {"id": f"wamid.IN{place}", "timestamp": f"{1_794_916_800 + place}", "type": kind}
    if "wa_id" in who:
        said["from"] = who["wa_id"]
    if "user_id" in who:
        said["from_user_id"] = who["user_id"]
    return said | {kind: {"body": "Is it in stock?"} if held is None else held} | more


def said(*messages: dict[str, Any], who: dict[str, Any] = ANA) -> dict[str, Any]:
    """A whole request with messages of one person."""
    return pushed(change(contacts=[who], messages=list(messages)))


def status(state: str, external_id: str, *, key: str = "", place: int = 1, code: int = 0) -> dict[str, Any]:
    """How far one of our messages has come."""
    told: dict[str, Any] = {
        "id": external_id,
        "status": state,
        "timestamp": f"{1_794_916_800 + place}",
        "recipient_id": ANA["wa_id"],
        "recipient_user_id": ANA["user_id"],
    }
    if key:
        told["biz_opaque_callback_data"] = key
    if code:
        told["errors"] = [
            {"code": code, "title": "A title", "message": "A message", "error_data": {"details": "Details"}}
        ]
    return told


def statuses(*told: dict[str, Any]) -> dict[str, Any]:
    """A whole request with states of our messages."""
    return pushed(change(statuses=list(told)))


IMAGE = {"caption": "this one", "mime_type": "image/jpeg", "sha256": "abc", "id": "PICTURE"}
LOCATION = {"latitude": 40.416775, "longitude": -3.70379, "name": "The Shop", "address": "Calle Mayor 1"}
CONTACTS = [
    {
        "name": {"formatted_name": "Dee Long", "first_name": "Dee"},
        "phones": [{"phone": "+1 555 0100", "type": "WORK", "wa_id": "15550100"}],
        "emails": [{"email": "dee@x.example"}],
    }
]
ORDER = {
    "catalog_id": "194836987003835",
    "text": "please wrap it",
    "product_items": [
        {"product_retailer_id": "di9ozbzfi4", "quantity": 2, "item_price": 30.5, "currency": "EUR"},
        {"product_retailer_id": "nqryix03ez", "quantity": 1, "item_price": 25, "currency": "EUR"},
    ],
}
BUTTON_REPLY = {"type": "button_reply", "button_reply": {"id": "cancel", "title": "Cancel"}}
LIST_REPLY = {"type": "list_reply", "list_reply": {"id": "p", "title": "Priority", "description": "Next day"}}
FORM = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"size":"42"}'}}
REFERRAL = {
    "source_url": "https://fb.me/3cr4Wqqkv",
    "source_id": "120226305854810726",
    "source_type": "ad",
    "headline": "Spring sale",
    "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e",
}
CHANGED = {
    "body": "User Ana changed from 34600111222 to 34600999888",
    "wa_id": "34600999888",
    "user_id": "ES.99999999999999999999",
    "previous_user_id": ANA["user_id"],
    "type": "user_changed_number",
}
