"""Run the shell steps of workflows, with a `gh` that writes down how it is called."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from scratch import environment


def steps(path: Path) -> list[dict[str, Any]]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = (
        content["runs"]["steps"] if "runs" in content else [s for job in content["jobs"].values() for s in job["steps"]]
    )
    return list(found)


def shell(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


FAKE_GH = """#!{python}
import json, os, sys
words = sys.argv[1:]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(words) + "\\n")
path = next(word for word in words if word.startswith(("repos/", "orgs/")))
if "/memberships/" in path:
    print("active" if path.endswith(os.environ.get("MEMBER", "nobody")) else "pending")
elif "--method" in words and words[words.index("--method") + 1] == "GET":
    print(os.environ.get("FOUND", ""))
elif path.endswith("/pulls/7"):
    print(os.environ["PULL"])
elif "--paginate" in words and "author" in words[-1]:
    print(os.environ.get("COMMENTS", ""))
elif "--paginate" in words:
    posted = any("POST" in line and "/comments" in line for line in open(os.environ["CALLS"]))
    print(os.environ.get("POSTED" if posted else "OLD", ""))
"""


def with_fake_gh(tmp_path: Path, script: str, folder: Path, **more: str) -> tuple[str, list[list[str]]]:
    """Run a script with a `gh` that writes down how it is called."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir(exist_ok=True)
    fake = bin_folder / "gh"
    fake.write_text(FAKE_GH.format(python=sys.executable), encoding="utf-8")
    fake.chmod(0o755)
    calls = tmp_path / "calls"
    calls.write_text("")
    path = f"{bin_folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = shell(script, folder, PATH=path, CALLS=str(calls), GITHUB_REPOSITORY="example/specs", **more)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), [json.loads(line) for line in calls.read_text().splitlines()]


def methods(calls: list[list[str]]) -> list[str]:
    return [
        f"{call[call.index('--method') + 1]} {call[call.index('--method') + 2]}" for call in calls if "--method" in call
    ]
