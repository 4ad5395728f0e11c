"""The linter and the type check of all JavaScript: `npm run check` of `site/lint`, with what its lock names."""

from tools import internals
from tools.project import ROOT
from tools.site.assets import installed

FOLDER = ROOT / "site" / "lint"


def main() -> None:
    """Install the tools where they are not, run them, and exit with their code."""
    installed(FOLDER, FOLDER)
    ran = internals.npm(["run", "--silent", "check"], FOLDER)
    print(ran.stdout + ran.stderr, end="", flush=True)
    raise SystemExit(ran.returncode)


if __name__ == "__main__":
    main()
