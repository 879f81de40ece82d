"""What goes on until stopped: channels are fetched from and sent by, rules and clocks are watched, each on its own."""
