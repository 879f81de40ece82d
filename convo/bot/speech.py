"""What a bot says, in the languages that it speaks; a shop may replace the prompts of the fields it asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """The sentences of one language; what stands in braces is filled in by the bot, never by a customer's text."""

    automatic: str
    automatic_from: str
    person: str
    need_one: str
    need_many: str
    thanks: str
    order: str
    email: str
    phone: str
    photo: str
    assume_order: str
    assume_photo: str
    choose_order: str
    wrong: str
    not_theirs: str
    not_there: str
    cite: str
    other_language: str
    hello: str
    helped: str
    glad: str
    handing_over: str


SPEECHES = {
    "en": Speech(
        automatic="This is an automatic answer.",
        automatic_from="This is an automatic answer from {name}.",
        person="Write “person” to reach one of us.",
        need_one="So that we can help you, please send us {what}.",
        need_many="So that we can help you, please send us:",
        thanks="Thank you.",
        order="your order number (it stands in the confirmation)",
        email="the e-mail address that you ordered with",
        phone="a phone number on which we can reach you",
        photo="a photo that shows the problem",
        assume_order="I take it this is about order {value}; tell me if it is another.",
        assume_photo="I use the photo that you sent on {value}; send another if it shows something else.",
        choose_order="Which of your orders is it about?",
        wrong="“{value}” cannot be right.",
        not_theirs="I do not find order {value} among your orders.",
        not_there="I did not find it in your message.",
        cite="From our help: {title} ({name}).",
        other_language="I have the answer only in another language:",
        hello="Hello! What can we do for you?",
        helped="Did that help? A yes or no is enough.",
        glad="Good to hear. Write again whenever you need something.",
        handing_over="I am handing this to a colleague, who will answer you here.",
    ),
    "de": Speech(
        automatic="Dies ist eine automatische Antwort.",
        automatic_from="Dies ist eine automatische Antwort von {name}.",
        person="Schreiben Sie „Mensch“, um einen von uns zu erreichen.",
        need_one="Damit wir Ihnen helfen können, schicken Sie uns bitte {what}.",
        need_many="Damit wir Ihnen helfen können, schicken Sie uns bitte:",
        thanks="Vielen Dank.",
        order="Ihre Bestellnummer (sie steht in der Bestätigung)",
        email="die E-Mail-Adresse, mit der Sie bestellt haben",
        phone="eine Telefonnummer, unter der wir Sie erreichen",
        photo="ein Foto, das das Problem zeigt",
        assume_order="Ich nehme an, es geht um die Bestellung {value}; sagen Sie mir bitte, wenn es eine andere ist.",
        assume_photo="Ich verwende Ihr Foto vom {value}; schicken Sie ein anderes, wenn es etwas anderes zeigt.",
        choose_order="Um welche Ihrer Bestellungen geht es?",
        wrong="„{value}“ kann nicht stimmen.",
        not_theirs="Ich finde die Bestellung {value} nicht unter Ihren Bestellungen.",
        not_there="Ich habe es in Ihrer Nachricht nicht gefunden.",
        cite="Aus unserer Hilfe: {title} ({name}).",
        other_language="Die Antwort habe ich nur in einer anderen Sprache:",
        hello="Hallo! Was können wir für Sie tun?",
        helped="Hat das geholfen? Ein Ja oder Nein genügt.",
        glad="Das freut uns. Schreiben Sie wieder, wenn Sie etwas brauchen.",
        handing_over="Ich gebe das an eine Kollegin oder einen Kollegen weiter; Sie bekommen hier Antwort.",
    ),
    "es": Speech(
        automatic="Esta es una respuesta automática.",
        automatic_from="Esta es una respuesta automática de {name}.",
        person="Escribe «persona» para hablar con uno de nosotros.",
        need_one="Para poder ayudarte, envíanos por favor {what}.",
        need_many="Para poder ayudarte, envíanos por favor:",
        thanks="Gracias.",
        order="tu número de pedido (está en la confirmación)",
        email="el correo electrónico con el que hiciste el pedido",
        phone="un teléfono en el que podamos llamarte",
        photo="una foto en la que se vea el problema",
        assume_order="Entiendo que se trata del pedido {value}; dime si es otro.",
        assume_photo="Uso la foto que enviaste el {value}; envía otra si muestra otra cosa.",
        choose_order="¿De cuál de tus pedidos se trata?",
        wrong="«{value}» no puede ser correcto.",
        not_theirs="No encuentro el pedido {value} entre los tuyos.",
        not_there="No lo he encontrado en tu mensaje.",
        cite="De nuestra ayuda: {title} ({name}).",
        other_language="Solo tengo la respuesta en otro idioma:",
        hello="¡Hola! ¿En qué podemos ayudarte?",
        helped="¿Te ha servido? Basta con un sí o un no.",
        glad="Nos alegramos. Escríbenos cuando necesites algo.",
        handing_over="Se lo paso a una persona del equipo, que te responderá aquí.",
    ),
    "fr": Speech(
        automatic="Ceci est une réponse automatique.",
        automatic_from="Ceci est une réponse automatique de {name}.",
        person="Écrivez « personne » pour joindre l’un de nous.",
        need_one="Pour que nous puissions vous aider, envoyez-nous s’il vous plaît {what}.",
        need_many="Pour que nous puissions vous aider, envoyez-nous s’il vous plaît :",
        thanks="Merci.",
        order="votre numéro de commande (il figure dans la confirmation)",
        email="l’adresse e-mail avec laquelle vous avez commandé",
        phone="un numéro de téléphone où vous joindre",
        photo="une photo qui montre le problème",
        assume_order="Je pense qu’il s’agit de la commande {value} ; dites-moi si c’en est une autre.",
        assume_photo="J’utilise la photo envoyée le {value} ; envoyez-en une autre si elle montre autre chose.",
        choose_order="De laquelle de vos commandes s’agit-il ?",
        wrong="« {value} » ne peut pas être juste.",
        not_theirs="Je ne trouve pas la commande {value} parmi les vôtres.",
        not_there="Je ne l’ai pas trouvé dans votre message.",
        cite="De notre aide : {title} ({name}).",
        other_language="Je n’ai la réponse que dans une autre langue :",
        hello="Bonjour ! Que pouvons-nous faire pour vous ?",
        helped="Cela vous a-t-il aidé ? Un oui ou un non suffit.",
        glad="Tant mieux. Écrivez-nous quand vous avez besoin de quelque chose.",
        handing_over="Je transmets à un collègue, qui vous répondra ici.",
    ),
    "it": Speech(
        automatic="Questa è una risposta automatica.",
        automatic_from="Questa è una risposta automatica di {name}.",
        person="Scrivi «persona» per parlare con uno di noi.",
        need_one="Per poterti aiutare, mandaci per favore {what}.",
        need_many="Per poterti aiutare, mandaci per favore:",
        thanks="Grazie.",
        order="il numero del tuo ordine (è nella conferma)",
        email="l’indirizzo e-mail con cui hai ordinato",
        phone="un numero di telefono a cui raggiungerti",
        photo="una foto che mostri il problema",
        assume_order="Immagino che si tratti dell’ordine {value}; dimmi se è un altro.",
        assume_photo="Uso la foto che hai mandato il {value}; mandane un’altra se mostra altro.",
        choose_order="Di quale dei tuoi ordini si tratta?",
        wrong="«{value}» non può essere giusto.",
        not_theirs="Non trovo l’ordine {value} tra i tuoi.",
        not_there="Non l’ho trovato nel tuo messaggio.",
        cite="Dalla nostra guida: {title} ({name}).",
        other_language="Ho la risposta solo in un’altra lingua:",
        hello="Ciao! Come possiamo aiutarti?",
        helped="Ti è stato utile? Basta un sì o un no.",
        glad="Ci fa piacere. Scrivici quando hai bisogno di qualcosa.",
        handing_over="Passo la richiesta a una persona del team, che ti risponderà qui.",
    ),
}
"""What is said, by the language's tag."""


def base_language(tag: str | None) -> str:
    """The language of a BCP 47 tag without its region, empty where it is not known."""
    return (tag or "").split("-")[0].casefold()
