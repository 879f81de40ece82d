"""The servers as fixtures: one of each per test process, started when a test first asks for it."""

from collections.abc import Iterator

import pytest

from tests.servers import bot_api, discourse, dovecot, emulators, far_end, graph, opensmtpd, slack_socket, synapse
from tests.servers.needs import needs


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[dovecot.Dovecot]:
    """A Dovecot; take a user of your own, for its mailboxes last as long as it does."""
    needs(dovecot)
    with dovecot.dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def _far_end() -> Iterator[far_end.FarEnd]:
    needs(far_end)
    with far_end.far_end() as server:
        yield server


@pytest.fixture
def far_end_server(_far_end: far_end.FarEnd) -> Iterator[far_end.FarEnd]:
    """The far end without TLS and login, with nothing received and nothing planned."""
    _far_end.forget()
    yield _far_end
    _far_end.forget()


@pytest.fixture(scope="session")
def opensmtpd_server(dovecot_server: dovecot.Dovecot, _far_end: far_end.FarEnd) -> Iterator[opensmtpd.OpenSMTPD]:
    """An OpenSMTPD between `dovecot_server` (mail for example.org) and `far_end_server` (all other)."""
    needs(opensmtpd)
    with opensmtpd.opensmtpd(dovecot_server.lmtp_port, _far_end.port) as server:
        yield server


@pytest.fixture(scope="session")
def synapse_server() -> Iterator[synapse.Synapse]:
    """A Synapse; register people of your own, for they last as long as it does."""
    needs(synapse)
    with synapse.synapse() as server:
        yield server


@pytest.fixture
def bot_api_server() -> Iterator[bot_api.BotApi]:
    """A Telegram Bot API of the test's own, where nothing has happened yet."""
    with bot_api.bot_api() as server:
        yield server


@pytest.fixture
def graph_server() -> Iterator[graph.Graph]:
    """A Graph API of Meta's, of the test's own, where nothing has happened yet."""
    with graph.graph() as server:
        yield server


@pytest.fixture
def slack_server() -> Iterator[slack_socket.SlackSocket]:
    """A Slack of the test's own, where nothing has happened yet."""
    needs(slack_socket)
    with slack_socket.slack_socket() as server:
        yield server


@pytest.fixture
def discourse_server() -> Iterator[discourse.Discourse]:
    """A Discourse of the test's own, where nothing has happened yet."""
    with discourse.discourse() as server:
        yield server


@pytest.fixture(scope="session")
def slack_emulator() -> Iterator[emulators.Emulator]:
    """npm's Slack Web API, whose messages last as long as it does."""
    needs(emulators)
    with emulators.emulate_slack() as server:
        yield server


@pytest.fixture
def twilio_emulator() -> Iterator[emulators.Emulator]:
    """npm's Twilio REST API, of the test's own, where nothing was sent yet; it tells nobody of what comes."""
    needs(emulators)
    with emulators.emulate_twilio() as server:
        yield server


@pytest.fixture(scope="session")
def telegram_test_api() -> Iterator[emulators.Emulator]:
    """npm's Bot API, which keeps the bots of different tokens apart."""
    needs(emulators)
    with emulators.telegram_test_api() as server:
        yield server


@pytest.fixture(scope="session")
def prism_discourse() -> Iterator[emulators.Emulator]:
    """Prism over the description of Discourse's API."""
    needs(emulators)
    with emulators.prism("discourse") as server:
        yield server


@pytest.fixture(scope="session")
def prism_slack() -> Iterator[emulators.Emulator]:
    """Prism over the description of Slack's Web API."""
    needs(emulators)
    with emulators.prism("slack") as server:
        yield server


@pytest.fixture(scope="session")
def prism_telegram() -> Iterator[emulators.Emulator]:
    """Prism over the description of Telegram's Bot API; what it allows it answers with 500."""
    needs(emulators)
    with emulators.prism("telegram") as server:
        yield server


@pytest.fixture(scope="session")
def prism_twilio() -> Iterator[emulators.Emulator]:
    """Prism over the description of Twilio's REST API."""
    needs(emulators)
    with emulators.prism("twilio") as server:
        yield server
