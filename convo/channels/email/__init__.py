"""Mail as a channel: a mailbox by IMAP, answers by SMTP; or a Maildir or mbox that something else fills."""
