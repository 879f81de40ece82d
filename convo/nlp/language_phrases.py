"""Greetings, thanks, yes and no: whole messages so short that no model of letters can tell their language."""

_PHRASES = {
    "en": "hello|hey|thanks|thank|thx|please|pls|sorry|yes|yeah|yep|hello there|good morning|thank you|hi there",
    "de": "hallo|danke|bitte|dankeschön|moin|servus|ja|nein|tschüss|guten tag|guten morgen|vielen dank|danke schön",
    "es": "hola|gracias|adiós|adios|buenas|buenos días|buenas tardes|buenas noches|vale|muchas gracias|por favor|sí",
    "fr": "bonjour|bonsoir|salut|merci|oui|svp|cordialement|au revoir|merci beaucoup|non merci|s'il vous plaît",
    "it": "ciao|grazie|buongiorno|buonasera|salve|prego|arrivederci|scusate|grazie mille|per favore",
    "pt": "olá|oi|obrigado|obrigada|sim|não|bom dia|boa tarde|boa noite|muito obrigado|muito obrigada|tchau",
    "nl": "hoi|bedankt|dankjewel|dank je|dank u|alstublieft|goedemorgen|goedemiddag|goedendag",
    "sv": "hejsan|tack|snälla|tack så mycket",
    "da": "tak|mange tak|venligst|goddag",
    "no": "takk|takk skal du ha|tusen takk|vær så snill",
    "fi": "kiitos|terve|kyllä|hyvää päivää|ole hyvä",
    "pl": "cześć|dzięki|dziękuję|dzień dobry|proszę|dobry wieczór",
    "cs": "ahoj|děkuji|dobrý den|díky|prosím",
    "tr": "merhaba|teşekkürler|teşekkür ederim|evet|hayır|lütfen|selam",
}
_OF_NO_LANGUAGE = "ok|okay|hi|no|lol|haha|hahaha|hmm|oh|ah|wow|bye|stop|test|info|si|da|ne|hej|hm|mm|ha|ping|k|x"

LANGUAGE_OF_PHRASE: dict[str, str | None] = {
    phrase: language for language, phrases in _PHRASES.items() for phrase in phrases.split("|")
} | dict.fromkeys(_OF_NO_LANGUAGE.split("|"))
"""A whole message in lower case, and its ISO 639-1 code; None for what is said in many languages."""
