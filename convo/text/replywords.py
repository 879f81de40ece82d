"""The words that introduce a quoted mail, in the languages that mail programs speak; lists are parted by '|'."""

# Stand in 'On … wrote:'.
VERBS = (
    "wrote|writes|schrieb|schreibt|geschrieben|escribió|escribio|escribe|a écrit|a ecrit|écrivait|ha scritto|scrisse|"
    "scrive|escreveu|escreve|schreef|geschreven|skrev|skriver|pisze|napisał|napisała|napisal|napsal|napsala|napísal|"
    "написал|написала|пишет|написав|написала|пише|kirjoitti|írta|yazdı|yazmış|a scris|έγραψε|napisao|je napisal|rašė|"
    "kirjutas|đã viết|va escriure|menulis|كتب|כתב|כתבה|写道|寫道|のメール|書きました|작성|님이 쓴"
)

# Begin such a line: prepositions, and weekdays whole or short (en, de, es, fr, it, pt, nl, pl, sv, da, no, ru, fi, cs).
OPENINGS = (
    "on|at|am|um|el|le|op|il|em|a|en|den|de|dne|dnia|w|la|az|v|в|на|tarihinde|le|vào|pada|dana|in data|il giorno|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    "mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so|don|"
    "lunes|martes|miércoles|jueves|viernes|sábado|domingo|lun|mar|mié|jue|vie|sáb|dom|lundi|mardi|mercredi|jeudi|"
    "vendredi|samedi|dimanche|mer|jeu|ven|sam|dim|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|gio|sab|"
    "segunda|terça|quarta|quinta|sexta|seg|ter|qua|qui|sex|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|"
    "ma|wo|vr|za|zo|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|pon|wt|śr|czw|pt|sob|niedz|nd|måndag|"
    "tisdag|onsdag|torsdag|fredag|lördag|söndag|mån|tis|ons|tors|tor|fre|lör|sön|mandag|tirsdag|lørdag|søndag|man|tir|"
    "lør|søn|ma|ti|ke|to|pe|la|su|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс|po|út|st|čt|pá|so|ne"
)

# Stand between dashes above a quoted or forwarded mail.
MARKERS = (
    "original message|original e-mail|original email|original mail|original-nachricht|originalnachricht|"
    "ursprüngliche nachricht|ursprüngliche e-mail|originalmail|mensaje original|message original|"
    "message d'origine|message d’origine|courriel original|messaggio originale|mensagem original|"
    "oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|wiadomość oryginalna|oryginalna wiadomość|"
    "treść oryginalnej wiadomości|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|"
    "original meddelelse|opprinnelig melding|original melding|исходное сообщение|оригинальное сообщение|"
    "первоначальное сообщение|вихідне повідомлення|alkuperäinen viesti|původní zpráva|původní e-mail|"
    "eredeti üzenet|orijinal ileti|özgün ileti|mesaj original|missatge original|原始邮件|原始郵件|邮件原件|"
    "original appointment|reply message|"
    "forwarded message|forwarded mail|forwarded by|weitergeleitete nachricht|weitergeleitet von|mensaje reenviado|"
    "message transféré|message réexpédié|messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|"
    "doorgestuurd bericht|wiadomość przekazana|przekazana wiadomość|vidarebefordrat meddelande|"
    "vidarebefordrat brev|videresendt meddelelse|videresendt besked|videresendt melding|"
    "пересылаемое сообщение|пересланное сообщение|пересланное письмо|переслане повідомлення|"
    "välitetty viesti|edelleenlähetetty viesti|přeposlaná zpráva|továbbított üzenet|iletilmiş ileti|转发的邮件|"
    "転送メッセージ|전달된 메시지"
)

# Do so without dashes.
BARE_MARKERS = (
    "begin forwarded message|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|"
    "début du message réexpédié|début du message transféré|inizio messaggio inoltrato|"
    "inicio del mensaje reenviado|início da mensagem reencaminhada|início da mensagem encaminhada|"
    "begin doorgestuurd bericht|vidarebefordrat brev|start på videresendt besked|videresendt besked|"
    "videresendt melding|początek przekazywanej wiadomości|начало переадресованного сообщения|"
    "начало переадресованного письма|välitetty viesti alkaa"
)

# Name the header lines of a quoted mail, by what they tell.
LABELS = {
    "from": "from|von|de|da|van|från|fra|od|от|от кого|від|lähettäjä|feladó|kimden|gönderen|expéditeur|remitente|"
    "mittente|afzender|remetente|nadawca|avsändare|afsender|avsender|odesílatel|отправитель|发件人|寄件者|寄件人|"
    "差出人|送信者|보낸 사람|de la|από",
    "date": "date|sent|sent at|gesendet|gesendet am|datum|envoyé|envoyé le|enviado|enviado el|enviado em|"
    "enviada|enviada em|enviada el|fecha|data|inviato|data invio|verzonden|skickat|skickad|sendt|dato|wysłano|"
    "wysłane|data wysłania|отправлено|дата|надіслано|lähetetty|päivämäärä|päiväys|elküldve|dátum|odesláno|"
    "gönderildi|tarih|发送时间|日期|时间|寄件日期|送信日時|日付|보낸 날짜|날짜|trimis|ημερομηνία",
    "to": "to|an|à|para|a|aan|naar|till|til|do|кому|vastaanottaja|címzett|komu|kime|destinataire|destinatario|"
    "destinatário|empfänger|ontvanger|adresat|mottagare|modtager|mottaker|получатель|"
    "收件人|收件者|宛先|받는 사람|către",
    "subject": "subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|aihe|tárgy|"
    "předmět|konu|主题|主旨|标题|件名|제목|subiect|θέμα",
    "other": "cc|bcc|kopie|kopia|copie|copia|cópia|kopi|kopio|копия|копія|másolat|dw|udw|cco|ccn|bilgi|抄送|副本|"
    "reply-to|reply to|antwort an|répondre à|responder a|rispondi a|antwoord aan|svara till|svar til|"
    "importance|priority|wichtigkeit|priorität|importancia|importanza|attachments|anlagen|pièces jointes|"
    "organization|message-id|sensitivity",
}
