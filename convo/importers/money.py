"""Read amounts of money as people and shops write them, exactly, in thousandths of the currency's unit."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal, TypeAlias

from convo.importers.header_words import word_set

DecimalMark: TypeAlias = Literal[".", ","]

_LONGEST = 60
_LARGEST = Decimal(10) ** 15
_DIGITS = re.compile(r"\d[\d.,' ]*", re.ASCII)
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_CODES = word_set(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
    WST XAF XCD XOF XPF YER ZAR ZMW
    """
)
_SIGNS = (
    ("R$", "BRL"),
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("AU$", "AUD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₩", "KRW"),
    ("₴", "UAH"),
    ("₪", "ILS"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Fr.", "CHF"),
)


class UnreadableAmount(ValueError):
    """An amount that cannot be read; its text is a clause that completes a sentence about the item."""


def milli(value: object, mark: DecimalMark | None = None) -> int:
    """The amount in thousandths, halves rounded away from zero; `mark` is the file's decimal mark where it is known.

    Reads "1.234,50 €", "$1,234.50", "1 234,50", "(12.00)" and "12,00-". Where nothing else tells, three digits after
    a lone mark are thousands when the mark is a comma or the amount bears a currency, and decimals otherwise. Raises
    UnreadableAmount.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _in_milli(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), value)
    if not isinstance(value, str):
        raise UnreadableAmount(f"has an amount of the wrong kind: {str(value)[:40]!r}")
    text = " ".join(value.replace("−", "-").replace("’", "'").split())
    found = _DIGITS.findall(text) if len(text) <= _LONGEST else []
    if len(found) != 1:
        raise UnreadableAmount(f"has an amount that cannot be read: {value[:40]!r}")
    number = found[0].strip()
    around = text.replace(number, " ", 1)
    if len(around.strip(" -+()")) > 12:
        raise UnreadableAmount(f"has an amount that cannot be read: {value[:40]!r}")
    negative = "-" in around or (around.lstrip().startswith("(") and around.rstrip().endswith(")"))
    bears_currency = any(char not in " -+().," for char in around)
    try:
        amount = Decimal(_plain(number.rstrip(".,' "), mark, bears_currency))
    except InvalidOperation as error:
        raise UnreadableAmount(f"has an amount that cannot be read: {value[:40]!r}") from error
    return _in_milli(-amount if negative else amount, value)


def decimal_mark(values: Iterable[str]) -> DecimalMark | None:
    """The decimal mark that these amounts prove by a majority; None when they leave it open."""
    points = commas = 0
    for value in values:
        for number in _DIGITS.findall(value[:_LONGEST]):
            mark = _proven(number.strip(" .,'"))
            points += mark == "."
            commas += mark == ","
    if points == commas:
        return None
    return "." if points > commas else ","


def currency(text: str) -> str | None:
    """The ISO 4217 code that a text names or implies by its sign: "EUR", "1.234,50 €", "Total (USD)"; else None."""
    short = text[:_LONGEST]
    codes = (short.strip().upper(), *(found[0] for found in _CODE.finditer(short)))
    if found_code := next((code for code in codes if code in _CODES), None):
        return found_code
    return next((code for sign, code in _SIGNS if sign in short), None)


def _proven(number: str) -> DecimalMark | None:
    """The decimal mark of one number when its shape leaves no doubt."""
    point, comma = number.rfind("."), number.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    if max(number.count("."), number.count(",")) > 1:
        return "," if comma < 0 else "."
    at = max(point, comma)
    if at >= 0 and (len(number) - at - 1 != 3 or at > 3 or number[:at] == "0"):
        return "." if point >= 0 else ","
    return None


def _plain(number: str, mark: DecimalMark | None, bears_currency: bool) -> str:
    """The number with a point for its decimal mark and nothing between its thousands."""
    number = number.replace(" ", "").replace("'", "")
    decided = _proven(number) or mark
    if decided is None:
        decided = "," if "." in number and bears_currency else "."
    whole, _, fraction = number.partition(decided)
    groups = whole.split("," if decided == "." else ".")
    if len(groups) > 1 and not (0 < len(groups[0]) <= 3 and len(groups[-1]) == 3 and {*map(len, groups[1:])} <= {2, 3}):
        raise InvalidOperation
    return "".join(groups) + ("." + fraction if fraction else "")


def _in_milli(amount: Decimal, value: object) -> int:
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        raise UnreadableAmount(f"has an amount beyond all reason: {str(value)[:40]!r}")
    return int((amount * 1000).to_integral_value(ROUND_HALF_UP))
