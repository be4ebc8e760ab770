"""A git repository of a test's own, with the shop of the diff cases in it."""

import io
import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

import click
from click.testing import CliRunner

from integration_specs.cli import cli

SHOP = Path(__file__).parent / "cases" / "diff" / "shop"
_OURS = ("GITHUB_", "CI_MERGE", "GIT_")


def environment(**more: str) -> dict[str, str]:
    """The environment without anything of a CI or of the user's git."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS) and name != "CI"}
    scripts = str(Path(sys.executable).parent)
    return {
        **kept,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{
            f"GIT_{who}_{what}": f"{what.lower()}@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
        **more,
    }


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, env=environment(), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def repository(folder: Path) -> Path:
    """The shop, committed on `main`."""
    shutil.copytree(SHOP, folder)
    git(folder, "init", "-q", "-b", "main")
    return commit(folder, "Start")


def commit(folder: Path, message: str) -> Path:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return folder


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, in the folder and with the environment that people have there."""
    with patch.dict(os.environ, environment(**more), clear=True), chdir(folder):
        result = CliRunner().invoke(cli, words, standalone_mode=False)
    error, message = result.exception, io.StringIO()
    if isinstance(error, click.ClickException):
        error.show(message)
    elif error:
        raise error
    code = 2 if error else result.return_value or 0
    return subprocess.CompletedProcess(words, code, result.stdout, result.stderr + message.getvalue())


def run_process(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as people do; `run` is quicker."""
    return subprocess.run(
        [sys.executable, "-m", "integration_specs", *words],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
