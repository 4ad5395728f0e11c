"""The notebooks that pages offer for download, in `notebooks/` of the site."""

from tools.project import SITE, remove_others, write_new
from tools.text import downloads

FOLDER = SITE / "notebooks"


def publish() -> None:
    """Bring `notebooks/` of the site up to date."""
    files = {FOLDER / name: text for name, text in downloads.all_notebooks().items()}
    for path, text in files.items():
        write_new(path, text)
    remove_others(FOLDER, files)
