"""Takes all pictures anew."""

import tempfile
from pathlib import Path

from tests.tui.pictures import FOLDER, PICTURES, shop, take

with tempfile.TemporaryDirectory() as folder, shop(Path(folder)) as path:
    for name, picture in PICTURES.items():
        FOLDER.joinpath(name).write_text(take(path, picture), encoding="utf-8")
