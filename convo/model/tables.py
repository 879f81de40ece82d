"""All tables as Core tables, for queries: `tables.message.c.body`; and their order for filling and emptying."""

from sqlmodel import SQLModel

from convo.model import people as _people
from convo.model import talk as _talk
from convo.model import traffic as _traffic
from convo.model import work as _work

METADATA = SQLModel.metadata
_MODELS = (_people, _talk, _traffic, _work)

article = METADATA.tables["article"]
attachment = METADATA.tables["attachment"]
audit = METADATA.tables["audit"]
blob = METADATA.tables["blob"]
channel = METADATA.tables["channel"]
consent = METADATA.tables["consent"]
customer = METADATA.tables["customer"]
customer_attribute = METADATA.tables["customer_attribute"]
customer_tag = METADATA.tables["customer_tag"]
delivery = METADATA.tables["delivery"]
episode = METADATA.tables["episode"]
event = METADATA.tables["event"]
identity = METADATA.tables["identity"]
import_profile = METADATA.tables["import_profile"]
import_run = METADATA.tables["import_run"]
ledger = METADATA.tables["ledger"]
merge = METADATA.tables["merge"]
merge_move = METADATA.tables["merge_move"]
message = METADATA.tables["message"]
nudge = METADATA.tables["nudge"]
operator = METADATA.tables["operator"]
rule = METADATA.tables["rule"]
saved_query = METADATA.tables["saved_query"]
sla_policy = METADATA.tables["sla_policy"]
snippet = METADATA.tables["snippet"]
team = METADATA.tables["team"]
team_member = METADATA.tables["team_member"]
thread = METADATA.tables["thread"]
thread_tag = METADATA.tables["thread_tag"]

ORDER = tuple(METADATA.sorted_tables)
