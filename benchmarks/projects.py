"""The same specs as a project of each tool that is compared, and the proof that each one's site shows all of them."""

import re
import shutil
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import yaml

from . import generate, markdown


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """People write things twice, and specs hold no aliases."""
        return True


_SITE = "site_name: Integrations\nsite_url: https://docs.example.com/\ntheme:\n  name: material\n  font: false\n"
_EXTENSIONS = "markdown_extensions: [tables, attr_list, toc, pymdownx.highlight, pymdownx.superfences]\n"
_SCRIPT = """

from pathlib import Path

import mkdocs_gen_files
import yaml

for path in sorted(Path("specs").glob("*.yaml")):
    with mkdocs_gen_files.open(f"{path.stem}.md", "w") as page:
        page.write(page_of(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)))
"""


def yaml_text(value: Any) -> str:
    """A value as people write it."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))


def write_specs(folder: Path, count: int) -> None:
    """`count` specs and their owners."""
    folder.mkdir(parents=True, exist_ok=True)
    for id_, spec in generate.specs(count):
        (folder / f"{id_}.yaml").write_text(yaml_text(spec), encoding="utf-8")


def ours(folder: Path, count: int) -> Path:
    """A project of ours: the specs are all there is."""
    write_specs(folder / "specs", count)
    (folder / "specs" / "owners.yaml").write_text(yaml_text(generate.owners()), encoding="utf-8")
    plugins = "docs_dir: specs\nplugins: [search, integration-specs]\n"
    (folder / "mkdocs.yml").write_text(_SITE + plugins, encoding="utf-8")
    return folder


def shipped(folder: Path, count: int) -> Path:
    """Write a project of copies of this repository's specs, `count` in all, with their attachments."""
    source = Path(__file__).parent.parent / "specs"
    ours(folder, 0)
    originals = sorted(path for path in source.glob("*.yaml") if path.stem != "owners")
    shutil.copy(source / "owners.yaml", folder / "specs")
    for number in range(count):
        original = originals[number % len(originals)]
        name = f"{original.stem}-{number:05}"
        text = re.sub(r"(?m)^former_ids:\n(  - .*\n)+", "", original.read_text(encoding="utf-8"))  # unique in a site
        (folder / "specs" / f"{name}.yaml").write_text(text, encoding="utf-8")
        if original.with_suffix("").is_dir():
            shutil.copytree(original.with_suffix(""), folder / "specs" / name)
    return folder


def markdown_site(folder: Path, count: int, *, listed: bool) -> Path:
    """MkDocs with a Markdown page a spec; `listed` in the navigation, as MkDocs does unless told otherwise."""
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    rows = []
    for id_, spec in generate.specs(count):
        (docs / f"{id_}.md").write_text(markdown.page_of(spec), encoding="utf-8")
        rows.append(f"| [{spec['system']}]({id_}.md) | {spec['type']} | {spec['owner']} |")
    index = "# Integrations\n\n| System | Type | Owner |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    (docs / "index.md").write_text(index, encoding="utf-8")
    nav = "" if listed else "nav:\n  - index.md\nnot_in_nav: |\n  system-*.md\n"
    (folder / "mkdocs.yml").write_text(_SITE + nav + "plugins: [search]\n" + _EXTENSIONS, encoding="utf-8")
    return folder


def generated_site(folder: Path, count: int) -> Path:
    """MkDocs with the usual script that writes Markdown from YAML at each build."""
    write_specs(folder / "specs", count)
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / "index.md").write_text("# Integrations\n", encoding="utf-8")
    script = Path(markdown.__file__).read_text(encoding="utf-8") + _SCRIPT
    (folder / "pages.py").write_text(script, encoding="utf-8")
    plugins = "plugins:\n  - search\n  - gen-files:\n      scripts: [pages.py]\n"
    (folder / "mkdocs.yml").write_text(_SITE + plugins + _EXTENSIONS, encoding="utf-8")
    return folder


_HUGO_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head><body>
{{ $spec := index site.Data.specs .Params.id }}<h1>{{ $spec.system }}</h1>
{{ range $key, $value := $spec }}<h2>{{ $key }}</h2>{{ partial "value.html" $value }}{{ end }}
</body></html>
"""
_HUGO_VALUE = """{{ if reflect.IsMap . }}{{ if isset . "method" }}<h3>{{ .method }} {{ .path }}</h3>{{ end }}
{{ range $key, $value := . }}{{ if eq $key "example" }}{{ transform.Highlight (jsonify (dict "indent" "  ") $value) "json" }}
{{ else }}<p><b>{{ $key }}</b></p>{{ partial "value.html" $value }}{{ end }}{{ end }}
{{ else if reflect.IsSlice . }}{{ $first := index . 0 }}{{ $flat := reflect.IsMap $first }}
{{ if $flat }}{{ range $first }}{{ if or (reflect.IsMap .) (reflect.IsSlice .) }}{{ $flat = false }}{{ end }}{{ end }}{{ end }}
{{ if $flat }}<table><tr>{{ range $key, $value := $first }}<th>{{ $key }}</th>{{ end }}</tr>
{{ range . }}<tr>{{ range . }}<td>{{ . }}</td>{{ end }}</tr>{{ end }}</table>
{{ else }}{{ range . }}<div>{{ partial "value.html" . }}</div>{{ end }}{{ end }}
{{ else }}<p>{{ . }}</p>{{ end }}
"""
_HUGO_PAGES = """{{ range $id, $spec := site.Data.specs }}
{{ $.AddPage (dict "path" $id "title" $spec.system "kind" "page" "params" (dict "id" $id)) }}{{ end }}
"""
_HUGO_INDEX = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Integrations</title></head><body>
<table>{{ range site.RegularPages }}<tr><td><a href="{{ .RelPermalink }}">{{ .Title }}</a></td></tr>{{ end }}</table></body></html>
"""


def hugo_site(folder: Path, count: int) -> Path:
    """Hugo: data to pages by a small template, examples highlighted, no theme and no search."""
    write_specs(folder / "data" / "specs", count)
    files = {
        "hugo.toml": 'baseURL = "https://docs.example.com/"\ntitle = "Integrations"\n'
        'disableKinds = ["taxonomy", "term", "rss", "section"]\n[markup.highlight]\nnoClasses = false\n',
        "content/_content.gotmpl": _HUGO_PAGES,
        "layouts/_default/single.html": _HUGO_PAGE,
        "layouts/index.html": _HUGO_INDEX,
        "layouts/partials/value.html": _HUGO_VALUE,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


_ELEVENTY_PAGE = """---js
{ pagination: { data: "specs", size: 1, alias: "item" }, permalink: (data) => `${data.item.id}/index.html` }
---
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ item.spec.system }}</title></head><body>
<h1>{{ item.spec.system }}</h1>{{ item.spec | page }}</body></html>
"""
_ELEVENTY_CONFIG = """const fs = require("fs");
const yaml = require("js-yaml");
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const flat = (value) => Object.values(value).every((each) => each === null || typeof each !== "object");
const show = (value) => {
  if (Array.isArray(value)) {
    if (value.length && value.every((each) => each && typeof each === "object" && !Array.isArray(each) && flat(each))) {
      const head = Object.keys(value[0]).map((key) => `<th>${escape(key)}</th>`).join("");
      const row = (each) => `<tr>${Object.values(each).map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;
      return `<table><tr>${head}</tr>${value.map(row).join("")}</table>`;
    }
    return value.map((each) => `<div>${show(each)}</div>`).join("");
  }
  if (value && typeof value === "object") {
    const title = value.method ? `<h3>${escape(value.method)} ${escape(value.path)}</h3>` : "";
    return title + Object.entries(value).map(([key, each]) => key === "example"
      ? `<pre><code>${escape(JSON.stringify(each, null, 2))}</code></pre>`
      : `<p><b>${escape(key)}</b></p>${show(each)}`).join("");
  }
  return `<p>${escape(value)}</p>`;
};
module.exports = function (config) {
  config.addGlobalData("specs", () => fs.readdirSync("data").sort().map((name) =>
    ({ id: name.replace(".yaml", ""), spec: yaml.load(fs.readFileSync(`data/${name}`, "utf8")) })));
  config.addLiquidFilter("page", (spec) =>
    Object.entries(spec).map(([key, each]) => `<h2>${escape(key)}</h2>${show(each)}`).join(""));
  return { dir: { input: "input", output: "site" } };
};
"""


def eleventy_site(folder: Path, count: int, node_modules: Path) -> Path:
    """Eleventy: data to pages by a small template, no highlighting, no theme and no search."""
    write_specs(folder / "data", count)
    (folder / "input").mkdir(exist_ok=True)
    (folder / "input" / "specs.html").write_text(_ELEVENTY_PAGE, encoding="utf-8")
    (folder / "eleventy.config.cjs").write_text(_ELEVENTY_CONFIG, encoding="utf-8")
    (folder / "node_modules").symlink_to(node_modules)
    return folder


@dataclass(frozen=True, slots=True)
class Shown:
    """What a site shows of the specs: pages, and on them endpoints, rows of tables, and texts of examples."""

    pages: int = 0
    endpoints: int = 0
    rows: int = 0
    examples: int = 0


def expected(count: int) -> Shown:
    """What a site of `count` specs must show."""
    facts = [facts_of(spec) for _, spec in generate.specs(count)]
    return Shown(count, *(sum(len(fact[part]) for fact in facts) for part in range(3)))


def shown(site: Path, count: int) -> Shown:
    """What the pages in `site` show, whatever wrote them: read as text, without tags."""
    pages = endpoints = rows = examples = 0
    for id_, spec in generate.specs(count):
        page = next((path for path in (site / id_ / "index.html", site / f"{id_}.html") if path.is_file()), None)
        if page is None:
            continue
        html = page.read_text(encoding="utf-8")
        text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^<>]*>", "", html)))
        calls, mapped, texts = facts_of(spec)
        pages += 1
        endpoints += sum(call in text for call in calls)
        rows += min(sum(name in text for name in mapped), html.count("<tr"))
        examples += sum(each in text for each in texts)
    return Shown(pages, endpoints, rows, examples)


def facts_of(spec: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """Calls, local names of mapped fields, and references in examples: what a page of the spec must hold."""
    calls = [f"{each['method']} {each['path']}" for each in spec["endpoints"]]
    mapped = [row["local"] for entity in spec["data_mapping"] for row in entity["fields"]]
    bodies = [each[side]["example"] for each in spec["endpoints"] for side in ("request", "response")]
    bodies += [each["payload"]["example"] for each in spec["events"]["received"]]
    return calls, mapped, [str(body["reference"]) for body in bodies]
