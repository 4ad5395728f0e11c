"""The workflows of GitHub: what they name exists, they may do no more than they must, the site learns its address."""

from __future__ import annotations

import json
import re
import subprocess
from types import SimpleNamespace

import pytest
import yaml

from tools import __main__ as runner
from tools import internals, project, weekly
from tools.project import ROOT, SITE
from tools.text.cells import read, source

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
JOBS = {f"{flow}.{name}": job for flow, said in FLOWS.items() for name, job in said["jobs"].items()}
STEPS = [step for job in JOBS.values() for step in job["steps"]]
PUBLISH = FLOWS["publish"]["jobs"]
# What a job may write; it needs no more than that, and reads little else.
MAY = {
    "publish.test": {"contents": "read", "pages": "read"},
    "publish.publish": {"pages": "write", "id-token": "write"},
    "weekly.look": {"contents": "read", "issues": "write"},
}
MADE = {SITE.relative_to(ROOT).as_posix(), weekly.FOLDER.relative_to(ROOT).as_posix()}  # by the tasks


def step(job, **about):
    """Return the step of a job of which this is true, and its place."""
    (found,) = [(n, step) for n, step in enumerate(job["steps"]) if about.items() <= step.items()]
    return found


def named(text):
    """Return the paths of the repository that a command or a setting names; patterns too."""
    words = [word.strip("\"';()") for word in text.split()]
    paths = {word for word in words if re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+|[\w.-]+\.md", word)}
    inside = paths - {"report.md", "links.md", "versions.md"}  # in the folder of the weekly look
    return {path for path in inside if not any(path.startswith(made) for made in MADE)}


def test_every_path_that_a_workflow_names_is_there():
    texts = [" ".join([step.get("run", ""), *map(str, step.get("with", {}).values())]) for step in STEPS]
    paths = {path for text in texts for path in named(text)}
    assert {".ci/run", "requirements/lock.in", "README.ko.md", "docs/decisions/*.md"} <= paths
    assert [path for path in paths if not list(ROOT.glob(path))] == []


def test_every_task_that_a_workflow_or_ci_calls_is_one():
    said = "\n".join([*(step.get("run", "") for step in STEPS), (ROOT / ".ci" / "run").read_text(encoding="utf-8")])
    tasks = set(re.findall(r"^\s*(?:exec )?(?:python3? -m tools|make) ([\w-]+)", said, re.MULTILINE))
    assert tasks == {"weekly", "test", "handouts"} and tasks <= set(runner.TASKS)


def test_every_action_is_pinned_to_a_commit_and_says_its_version():
    lines = [line for path in FILES for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(lines) == sum("uses" in step for step in STEPS)
    assert [line for line in lines if not re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []
    pins = {re.search(r"uses: (\S+)@(\S+)", line).groups() for line in lines}
    assert len({name for name, _ in pins}) == len(pins)  # one version of each


def test_a_job_may_do_no_more_than_it_must_and_ends():
    assert all(said["permissions"] == {} and "concurrency" in said for said in FLOWS.values())
    assert {name: job["permissions"] for name, job in JOBS.items()} == MAY
    assert all(job["timeout-minutes"] <= 120 for job in JOBS.values())
    assert all(not step["with"]["persist-credentials"] for step in STEPS if "actions/checkout@" in step.get("uses", ""))


def test_only_the_site_that_passed_is_published_and_only_from_main():
    job = PUBLISH["test"]
    asked, pages = step(job, id="pages")
    tested, run = step(job, run="bash .ci/run")
    printed, paper = step(job, run="python3 -m tools handouts offered")
    handed, upload = step(job, name="Hand on the site that passed")
    assert asked < tested < printed < handed
    assert paper["env"] == run["env"]  # else pages would be built anew
    assert pages["if"] == "github.ref == 'refs/heads/main'" and pages["continue-on-error"] is True
    assert "if" not in run  # wherever it comes from, it is tested
    assert upload["if"] == "steps.pages.outcome == 'success'" and ROOT / upload["with"]["path"] == SITE
    assert PUBLISH["publish"]["needs"] == "test" and "test.outputs.address" in PUBLISH["publish"]["if"]
    assert "Settings > Pages" in step(job, **{"if": "steps.pages.outcome == 'failure'"})[1]["run"]


def test_the_weekly_look_never_fails_and_tells_in_one_issue_or_the_summary():
    job = JOBS["weekly.look"]
    assert job["continue-on-error"] is True and set(FLOWS["weekly"][True]) == {"schedule", "workflow_dispatch"}
    told = job["steps"][-1]
    for words in ('gh issue edit "$open"', 'gh issue create --title "$TITLE"', "$GITHUB_STEP_SUMMARY"):
        assert words in told["run"]
    followed = next(step for step in job["steps"] if "lychee" in step.get("uses", ""))
    assert followed["with"]["fail"] is False and followed["with"]["output"] == "_build/weekly/links.md"


@pytest.mark.parametrize(
    ("repository", "pages", "address"),
    [
        ("Reader/d2l", "https://reader.github.io/d2l/", "https://reader.github.io/d2l/"),
        ("Reader/reader.github.io", "https://reader.github.io/", "https://reader.github.io/"),
        ("Reader/d2l", "https://books.example", "https://books.example/"),
        # a pull request, or Pages not turned on
        ("Reader/d2l", "", "https://reader.github.io/d2l/"),
        ("Reader/reader.github.io", "", "https://reader.github.io/"),
    ],
)
def test_a_fork_is_built_with_its_own_addresses(monkeypatch, repository, pages, address):
    known = {
        "github.server_url": "https://github.com",
        "github.repository": repository,
        "steps.pages.outputs.base_url": pages,
    }
    for name, text in step(PUBLISH["test"], run="bash .ci/run")[1]["env"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\{ (.+?) \}\}", lambda found: known[found[1]], text))
    project.repository_url.cache_clear()
    try:
        assert project.repository_url() == f"https://github.com/{repository}"
        assert project.base_url() == address
    finally:
        project.repository_url.cache_clear()


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("https://gitlab.com/Team/d2l", "https://team.gitlab.io/d2l/"),
        ("https://gitlab.com/Team/team.gitlab.io", "https://team.gitlab.io/"),
        ("https://git.example/a/b", ""),
    ],
)
def test_the_usual_address_is_known_for_public_hosts_alone(monkeypatch, repository, address):
    monkeypatch.delenv("D2L_BASE_URL", raising=False)
    monkeypatch.setattr(project, "repository_url", lambda: repository)
    assert project.base_url() == address


def test_the_readmes_say_what_to_set():
    for page in ("README.md", "README.ko.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for word in ("`D2L_BASE_URL`", "`D2L_REPOSITORY_URL`", "(.github/workflows/publish.yml)", "GitHub Actions"):
            assert word in text, (page, word)


def test_every_list_of_packages_is_looked_at():
    pins = weekly.pins()
    assert {"requirements/book.in", "requirements/rosetta.in", "requirements/test.txt", "site/wheels.txt"} <= set(pins)
    assert pins["requirements/book.in"]["jupyterlite-core"]  # with an extra in brackets
    assert "site/carrier.txt" not in pins
    lock = (ROOT / "requirements" / "test.txt").read_text(encoding="utf-8")
    assert len(pins["requirements/test.txt"]) == len(set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)))


def test_a_newer_version_is_told_once_where_a_person_wrote_the_pin(monkeypatch):
    files = {
        "requirements/a.in": {"one": "1.9"},
        "requirements/a.txt": {"one": "1.9", "two": "2.0", "three": "3"},
        "requirements/b.txt": {"two": "2.0"},
    }
    asked = []

    def run(command, *, input, **_):
        asked.append((command[0], input.split()))
        return SimpleNamespace(returncode=0, stderr="", stdout="One==1.10 ; x\none==1.2\ntwo==2.0\nthree==4\n")

    monkeypatch.setattr(weekly, "pins", lambda: files)
    monkeypatch.setattr(subprocess, "run", run)
    rows = list(weekly.python_pins())
    assert asked == [("uv", ["one", "three", "two"])]
    assert rows == [("one", "1.9", "1.10", "requirements/a.in"), ("three", "3", "4", "requirements/a.txt")]
    assert "| one | 1.9 | 1.10 | requirements/a.in |" in weekly.table(rows)
    assert "|" not in weekly.table([])


def test_npm_is_asked_for_every_list_of_its_own(monkeypatch):
    asked = []

    def npm(arguments, folder):
        asked.append(folder.relative_to(ROOT).as_posix())
        said = {"a": {"wanted": "1", "latest": "2"}, "b": {"wanted": "3", "latest": "3"}}
        return SimpleNamespace(stdout=json.dumps(said) if folder.name == "lint" else "")

    monkeypatch.setattr(internals, "npm", npm)
    assert list(weekly.npm_pins()) == [("a", "1", "2", "site/lint/package.json")]
    assert sorted(asked) == ["hub", "site", "site/data", "site/lint"]
    monkeypatch.setattr(internals, "npm", lambda *_: SimpleNamespace(stdout='{"error": {"summary": "no network"}}'))
    with pytest.raises(SystemExit, match="no network"):
        list(weekly.npm_pins())


def test_the_prose_of_a_notebook_holds_its_links_and_no_code():
    path = project.BOOK / "variance.ipynb"
    code = [source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    text = weekly.prose(path)
    assert "](https://" in text and not [cell for cell in code if cell in text]
