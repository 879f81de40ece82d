"""The configuration that a new bot begins with, explained line by line."""

TEMPLATE = """\
# Whose automatic answer it is: "This is an automatic answer from the shop's assistant."
signs_as = ""
# The language for customers whose language is not known: en, de, es, fr or it.
language = "en"

# An article must be at least so sure (0..1) to be sent; never less than the desk's own threshold.
confidence = 0.0
# An intent must be at least so sure (0..1) to count.
certainty = 0.5
# Whether an article in another language than the customer's may be sent, with a word that it is one.
other_languages = false
# What becomes of a thread when the answer helped: "resolved" or "pending".
after_answer = "resolved"

# A person comes after so many messages of the bot, and when a message is as bad as `mood` (-1..1),
# or worse by `mood_drop` than the best one of the session.
turns = 3
mood = -0.7
mood_drop = 0.6
# How a thread is assigned then, as after a rule's assign: "least-busy support language"; empty: it stays open.
wanted = ""
# Whether the customer is told that a person takes over.
tells = true

# At most so many automatic messages to one customer in 24 hours.
daily = 10
# For so long an order or a photo is taken to be what the customer writes about.
recent = "90d"

# Intents that go to a person at once, such as "complaint", beside those of who asks for one.
person_intents = ["person"]

# What to ask for, by intent (convo intent list); "*" is any other.
[ask]
order_status = ["order_number"]
delivery_late = ["order_number"]
cancel_order = ["order_number"]
return = ["order_number"]
exchange = ["order_number"]
warranty = ["order_number", "photo"]

# A field says how it is found and asked for. order_number, email, phone and photo need nothing.
# In a pattern 9 is a digit, A a letter, X either; `own` lets only orders pass that the customer made.
# [fields.order_number]
# patterns = ["9999", "WH-99999"]
# own = false
# prompts = { en = "the order number, which begins with WH" }
#
# [fields.frame_size]
# kind = "text"
# prompts = { en = "the size of the frame", de = "die Rahmengröße" }
"""
