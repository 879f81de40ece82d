"""What Slack's error codes mean: for the whole channel, or for one message, in words that say what to do."""

from convo.channels.trouble import ChannelRefused, SendLater, SendRefused, SendUnsure, Trouble

_ANEW = "give convo a new one (convo channel secret)"
ACCOUNT = {
    "invalid_auth": f"Slack does not know the token: {_ANEW}",
    "not_authed": f"Slack was given no token: {_ANEW}",
    "token_revoked": f"the Slack token was revoked: {_ANEW}",
    "token_expired": f"the Slack token has expired: {_ANEW}",
    "account_inactive": "the Slack app was removed from its workspace: install it anew",
    "not_allowed_token_type": "Slack wants a token of another kind: xapp-… as app_token, xoxb-… as bot_token",
    "org_login_required": "the Slack workspace is being moved to an organisation: wait, then install the app anew",
    "team_access_not_granted": "the Slack app may not use this workspace: have an admin approve it",
    "ekm_access_denied": "the workspace's admins have stopped Slack's access to messages",
    "enterprise_is_restricted": "the Slack token may not be used in this organisation",
    "no_permission": "the Slack token lacks a right: look at the scopes in docs/channels/slack.md",
    "access_denied": "the workspace does not let the Slack app do this: have an admin approve it",
    "too_many_websockets": "the Slack app has ten sockets open already: stop other programs that use it",
}
"""Codes after which nothing works until a person has done something."""

PASSING = frozenset(
    ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited")
)
"""Codes that pass by themselves."""

_MESSAGE = {
    "channel_not_found": "the Slack channel is gone, or the app was never in it",
    "not_in_channel": "the Slack app is not in that channel: invite it, then send again",
    "is_archived": "the Slack channel is archived",
    "user_not_found": "the workspace knows no such user",
    "users_not_found": "the workspace knows no such user",
    "user_not_visible": "the Slack app may not see that user",
    "user_disabled": "that user's Slack account is closed",
    "account_disabled": "that user's Slack account is closed",
    "cannot_dm_bot": "Slack lets no app write to another one",
    "messages_tab_disabled": "the app takes no direct messages: switch its Messages tab on under App Home",
    "thread_not_found": "the Slack thread is gone",
    "message_not_found": "the Slack thread is gone",
    "cannot_reply_to_message": "Slack takes no answer to that message",
    "thread_locked": "the Slack thread is locked",
    "msg_too_long": "it is too long for Slack",
    "no_text": "Slack takes no empty message",
    "restricted_action": "the workspace does not let the app write there",
    "restricted_action_read_only_channel": "only some may write in that Slack channel",
    "restricted_action_thread_only_channel": "in that Slack channel one may only answer in threads",
    "restricted_action_non_threadable_channel": "that Slack channel takes no answers in threads",
    "message_limit_exceeded": "the workspace has sent all the messages that Slack lets it send",
    "team_access_not_granted": "the app may not write in that workspace",
    "file_upload_size_restricted": "a file is larger than the workspace allows",
    "storage_limit_reached": "the workspace has no room left for files",
}


def account_refusal(code: str) -> ChannelRefused | None:
    """What a code means when the channel as a whole is refused; None for other codes."""
    return ChannelRefused(ACCOUNT[code]) if code in ACCOUNT else None


def send_trouble(code: str) -> Trouble:
    """What a code means for a message that was sent."""
    if code in ("internal_error", "fatal_error", "request_timeout"):
        return SendUnsure("Slack had an error of its own, so it may have gone or not")
    if code in PASSING:
        return SendLater("Slack does not take messages now", whole_channel=True)
    return account_refusal(code) or SendRefused(_MESSAGE.get(code, f"Slack does not take it ({code})"))
