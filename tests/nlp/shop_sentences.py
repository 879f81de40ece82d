"""Sentences as customers of a shop write them, with their plain polarity, in sight of which the lexicon was written."""

UNHAPPY = {
    "en": """
        where is my order???
        still waiting :(
        this is the third time I ask
        the zip broke after two days, very disappointed
        I want my money back
        nobody answers the phone, this is a joke
        you sent me the wrong size again
        worst service ever, never ordering here again
        my parcel arrived damaged
        I have been waiting for three weeks and no reply
        it doesn't work at all
        you charged me twice!!
        I ordered ten days ago and nothing has come
        you people keep ignoring my emails
        the jacket fell apart in the wash
        this is unacceptable, I'm going to report you
        the colour is completely different from the picture
        one of the plates is in pieces
        I'm so annoyed, I took a day off for this delivery
        why do I have to explain everything again?
    """,
    "de": """
        wo bleibt meine Bestellung???
        ich warte immer noch :(
        ich frage jetzt zum dritten Mal
        der Reißverschluss ist nach zwei Tagen kaputt, sehr enttäuscht
        ich will mein Geld zurück
        niemand geht ans Telefon, das ist ein Witz
        Sie haben mir schon wieder die falsche Größe geschickt
        schlechtester Service, nie wieder
        das Paket kam beschädigt an
        seit drei Wochen keine Antwort
        es funktioniert überhaupt nicht
        mir wurde doppelt abgebucht!!
        vor zehn Tagen bestellt und nichts ist gekommen
        Sie ignorieren meine E-Mails
        die Jacke ist beim Waschen auseinandergefallen
        das ist inakzeptabel, ich werde Sie anzeigen
        die Farbe ist völlig anders als auf dem Bild
        ein Teller ist zerbrochen
        ich bin stinksauer, ich habe extra freigenommen
        warum muss ich alles noch einmal erklären?
    """,
    "es": """
        ¿dónde está mi pedido???
        sigo esperando :(
        es la tercera vez que pregunto
        la cremallera se rompió a los dos días, muy decepcionado
        quiero que me devuelvan el dinero
        nadie contesta el teléfono, es una vergüenza
        me han enviado otra vez la talla equivocada
        el peor servicio, nunca más compro aquí
        el paquete llegó dañado
        llevo tres semanas esperando y sin respuesta
        no funciona para nada
        ¡¡me han cobrado dos veces!!
        pedí hace diez días y no ha venido nada
        ignoráis mis correos
        la chaqueta se deshizo al lavarla
        es inaceptable, voy a denunciarlos
        el color no tiene nada que ver con la foto
        uno de los platos está hecho pedazos
        estoy indignada, me tomé el día libre por esta entrega
        ¿por qué tengo que explicarlo todo otra vez?
    """,
    "fr": """
        où est ma commande ???
        j'attends toujours :(
        c'est la troisième fois que je demande
        la fermeture s'est cassée au bout de deux jours, très déçu
        je veux être remboursé
        personne ne répond au téléphone, c'est une honte
        vous m'avez encore envoyé la mauvaise taille
        le pire service, plus jamais
        le colis est arrivé abîmé
        trois semaines que j'attends et aucune réponse
        ça ne marche pas du tout
        j'ai été débité deux fois !!
        commandé il y a dix jours et rien n'est venu
        vous ignorez mes mails
        la veste s'est décousue au lavage
        c'est inacceptable, je vais porter plainte
        la couleur n'a rien à voir avec la photo
        une des assiettes est en morceaux
        je suis furieuse, j'ai posé un jour de congé pour cette livraison
        pourquoi dois-je tout réexpliquer ?
    """,
    "it": """
        dov'è il mio ordine???
        sto ancora aspettando :(
        è la terza volta che lo chiedo
        la cerniera si è rotta dopo due giorni, molto deluso
        rivoglio i miei soldi
        nessuno risponde al telefono, è una vergogna
        mi avete mandato di nuovo la taglia sbagliata
        servizio pessimo, mai più
        il pacco è arrivato danneggiato
        aspetto da tre settimane e nessuna risposta
        non funziona per niente
        mi avete addebitato due volte!!
        ho ordinato dieci giorni fa e non è arrivato nulla
        ignorate le mie email
        la giacca si è scucita in lavatrice
        è inaccettabile, vi denuncio
        il colore è completamente diverso dalla foto
        uno dei piatti è in frantumi
        sono furiosa, ho preso un giorno di ferie per questa consegna
        perché devo spiegare tutto un'altra volta?
    """,
}

HAPPY = {
    "en": """
        thanks, that was quick!
        perfect, thank you so much
        the shoes are beautiful, I love them
        great service, will order again
        it arrived today and everything is fine :)
        you are so helpful, thanks a lot
        very happy with my purchase
        awesome, problem solved 👍
        best shop ever
        really kind of you, I appreciate it
        wow, even nicer than in the photo
        it fits like a glove
        brilliant, that fixed it
        you made my day
        my daughter is over the moon with her present
        five stars, keep it up
    """,
    "de": """
        danke, das ging ja schnell!
        perfekt, vielen lieben Dank
        die Schuhe sind wunderschön, ich liebe sie
        toller Service, gerne wieder
        heute angekommen und alles in Ordnung :)
        Sie haben mir sehr geholfen, herzlichen Dank
        bin sehr zufrieden mit dem Kauf
        super, Problem gelöst 👍
        bester Laden überhaupt
        wirklich nett von Ihnen, das freut mich
        wow, noch schöner als auf dem Foto
        passt wie angegossen
        klasse, jetzt läuft es wieder
        Sie haben mir den Tag gerettet
        meine Tochter ist überglücklich mit dem Geschenk
        fünf Sterne, weiter so
    """,
    "es": """
        gracias, ¡qué rápido!
        perfecto, muchísimas gracias
        los zapatos son preciosos, me encantan
        excelente servicio, volveré a comprar
        ha llegado hoy y todo bien :)
        me ha ayudado mucho, muchas gracias
        muy contenta con mi compra
        genial, problema resuelto 👍
        la mejor tienda
        muy amable de su parte, se lo agradezco
        guau, aún más bonito que en la foto
        me queda como un guante
        estupendo, ya funciona
        me han alegrado el día
        mi hija está feliz con su regalo
        cinco estrellas, sigan así
    """,
    "fr": """
        merci, c'était rapide !
        parfait, merci beaucoup
        les chaussures sont magnifiques, je les adore
        excellent service, je recommanderai chez vous
        bien arrivé aujourd'hui, tout est nickel :)
        vous m'avez beaucoup aidé, merci infiniment
        très contente de mon achat
        super, problème résolu 👍
        la meilleure boutique
        vraiment gentil de votre part, bravo
        waouh, encore plus beau qu'en photo
        il me va comme un gant
        génial, ça remarche
        vous avez illuminé ma journée
        ma fille est aux anges avec son cadeau
        cinq étoiles, continuez comme ça
    """,
    "it": """
        grazie, velocissimi!
        perfetto, grazie mille
        le scarpe sono bellissime, le adoro
        ottimo servizio, comprerò ancora
        arrivato oggi, tutto bene :)
        mi ha aiutato molto, grazie di cuore
        molto contenta del mio acquisto
        fantastico, problema risolto 👍
        il miglior negozio
        davvero gentile da parte vostra, apprezzo molto
        wow, ancora più bello che in foto
        mi sta a pennello
        ottimo, ora funziona
        mi avete salvato la giornata
        mia figlia è felicissima del regalo
        cinque stelle, continuate così
    """,
}

PLAIN = {
    "en": """
        what are your opening hours on Saturday?
        I would like to change my delivery address
        do you have this shirt in size M?
        my order number is 4711
        can I pay by bank transfer?
        is the blue one back in stock next week?
        please send the invoice to my office
        how do I return an item?
        I'll pick it up on Friday afternoon
    """,
    "de": """
        wie sind Ihre Öffnungszeiten am Samstag?
        ich möchte meine Lieferadresse ändern
        gibt es dieses Hemd in Größe M?
        meine Bestellnummer ist 4711
        kann ich per Überweisung zahlen?
        ist das blaue nächste Woche wieder auf Lager?
        bitte schicken Sie die Rechnung an mein Büro
        wie kann ich einen Artikel zurücksenden?
        ich hole es am Freitagnachmittag ab
    """,
    "es": """
        ¿cuál es el horario del sábado?
        quisiera cambiar mi dirección de entrega
        ¿tienen esta camisa en talla M?
        mi número de pedido es 4711
        ¿puedo pagar por transferencia?
        ¿vuelve a haber el azul la semana que viene?
        por favor, envíen la factura a mi oficina
        ¿cómo devuelvo un artículo?
        lo recojo el viernes por la tarde
    """,
    "fr": """
        quels sont vos horaires le samedi ?
        je voudrais changer mon adresse de livraison
        avez-vous cette chemise en taille M ?
        mon numéro de commande est le 4711
        puis-je payer par virement ?
        le bleu sera-t-il de retour la semaine prochaine ?
        merci d'envoyer la facture à mon bureau
        comment retourner un article ?
        je passe le prendre vendredi après-midi
    """,
    "it": """
        quali sono gli orari di sabato?
        vorrei cambiare l'indirizzo di consegna
        avete questa camicia nella taglia M?
        il mio numero d'ordine è 4711
        posso pagare con bonifico?
        il blu torna disponibile la settimana prossima?
        mandate la fattura al mio ufficio per favore
        come faccio a restituire un articolo?
        lo ritiro venerdì pomeriggio
    """,
}


def sentences(of: dict[str, str]) -> list[tuple[str, str]]:
    """(language, sentence), one for each line."""
    return [(language, line.strip()) for language, text in of.items() for line in text.strip().split("\n")]
