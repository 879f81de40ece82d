"""Takes all pictures anew."""

import tempfile
from pathlib import Path

from tests.tui.pictures import PICTURES, file_of, shop, take

with tempfile.TemporaryDirectory() as folder, shop(Path(folder)) as path:
    for name, picture in PICTURES.items():
        file_of(name).write_text(take(path, picture), encoding="utf-8")
