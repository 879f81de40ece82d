"""Runs the command line as `python -m convo.commands`."""

import sys

from .main import main

sys.exit(main())
