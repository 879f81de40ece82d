"""What the tests of the mail importers read with."""

from convo.importers.base import ReadOptions
from tests.mail.mails import OURSELVES

OPTIONS = ReadOptions(own=OURSELVES.addresses)
