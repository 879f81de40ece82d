"""More sentences as customers of a shop write them; neither lexicon nor model was fitted to these."""

UNHAPPY = {
    "en": """
        the lamp arrived without a bulb and with a huge dent
        I feel completely cheated by you
        three mails, zero answers
        the soles came off after one walk
        how hard can it be to send a simple invoice?
        your driver threw the box over the fence
        I'm losing my patience
        it smells awful and looks nothing like the advert
    """,
    "de": """
        die Lampe kam ohne Birne und mit einer riesigen Delle
        ich fühle mich von Ihnen hintergangen
        drei Mails, null Antworten
        die Sohlen haben sich nach einem Spaziergang gelöst
        wie schwer kann es sein, eine Rechnung zu schicken?
        Ihr Fahrer hat den Karton über den Zaun geworfen
        langsam verliere ich die Geduld
        es stinkt und sieht ganz anders aus als in der Werbung
    """,
    "es": """
        la lámpara llegó sin bombilla y con un golpe enorme
        me siento totalmente estafada por ustedes
        tres correos y ninguna respuesta
        las suelas se despegaron tras un paseo
        ¿tan difícil es enviar una simple factura?
        su repartidor tiró la caja por encima de la valla
        estoy perdiendo la paciencia
        huele fatal y no se parece en nada al anuncio
    """,
    "fr": """
        la lampe est arrivée sans ampoule et toute cabossée
        je me sens complètement trahie par vous
        trois mails, zéro réponse
        les semelles se sont décollées après une promenade
        est-ce si difficile d'envoyer une simple facture ?
        votre livreur a jeté le carton par-dessus la clôture
        je commence à perdre patience
        ça sent mauvais et ça ne ressemble pas du tout à la pub
    """,
    "it": """
        la lampada è arrivata senza lampadina e tutta ammaccata
        mi sento completamente presa in giro da voi
        tre mail, zero risposte
        le suole si sono staccate dopo una passeggiata
        è così difficile mandare una semplice fattura?
        il vostro corriere ha lanciato la scatola oltre il cancello
        sto perdendo la pazienza
        puzza e non assomiglia per niente alla pubblicità
    """,
}

HAPPY = {
    "en": """
        the chair is so comfy, we're over it all day
        hats off to your team
        finally a shop that listens
        I'm really pleased with how you handled this
        everything went smoothly, see you next time
    """,
    "de": """
        der Sessel ist so gemütlich, wir lieben ihn
        Hut ab vor Ihrem Team
        endlich ein Laden, der zuhört
        ich bin sehr angetan davon, wie Sie das gelöst haben
        alles lief glatt, bis zum nächsten Mal
    """,
    "es": """
        el sillón es comodísimo, nos tiene enamorados
        me quito el sombrero ante su equipo
        por fin una tienda que escucha
        estoy muy satisfecho de cómo lo han resuelto
        todo fue sobre ruedas, hasta la próxima
    """,
    "fr": """
        le fauteuil est super confortable, on en est fous
        chapeau à votre équipe
        enfin un magasin qui écoute
        je suis très satisfait de votre réaction
        tout s'est passé sans accroc, à la prochaine
    """,
    "it": """
        la poltrona è comodissima, ne siamo innamorati
        tanto di cappello al vostro team
        finalmente un negozio che ascolta
        sono molto soddisfatto di come avete gestito la cosa
        tutto è filato liscio, alla prossima
    """,
}

PLAIN = {
    "en": """
        which cable do I need for this printer?
        can you ship to Norway?
        I have attached the form you asked for
        is there parking near your shop?
    """,
    "de": """
        welches Kabel brauche ich für diesen Drucker?
        liefern Sie auch nach Norwegen?
        anbei das Formular, um das Sie gebeten haben
        gibt es Parkplätze in der Nähe?
    """,
    "es": """
        ¿qué cable necesito para esta impresora?
        ¿hacen envíos a Noruega?
        adjunto el formulario que me pidieron
        ¿hay aparcamiento cerca de la tienda?
    """,
    "fr": """
        quel câble faut-il pour cette imprimante ?
        livrez-vous en Norvège ?
        vous trouverez ci-joint le formulaire demandé
        y a-t-il un parking près du magasin ?
    """,
    "it": """
        quale cavo serve per questa stampante?
        spedite anche in Norvegia?
        allego il modulo che mi avete chiesto
        c'è un parcheggio vicino al negozio?
    """,
}
