"""A few sentences of a shop for teaching small models, and sentences that are after none of it."""

SENTENCES = {
    "refund": [
        "I want my money back",
        "please refund my purchase",
        "when do I get my refund",
        "the refund has not arrived",
        "give the money back to my card",
        "refund the broken lamp please",
    ],
    "hours": [
        "when are you open",
        "what are your opening hours",
        "are you open on sunday",
        "what time does the shop close",
        "do you open early on monday",
        "opening times of the shop please",
    ],
    "parcel": [
        "where is my parcel",
        "track my parcel please",
        "has the parcel been shipped",
        "my parcel is late again",
        "the parcel never arrived here",
        "when does the parcel come",
    ],
}
EXAMPLES: list[tuple[str, str | None]] = [(text, name) for name, texts in SENTENCES.items() for text in texts]
ASKED = {"refund": "could I have a refund", "hours": "opening hours on sunday", "parcel": "is my parcel shipped"}
