"""The check that a site is complete: each kind of gap is reported."""

from pathlib import Path

import pytest

from integration_specs.site.completeness import PageFacts, check_site
from site_support import Folder, spec

WHOLE = {
    "index.html": '<p data-specs="2">2</p><a href="pay/">Pay</a> <a class="x" href=\'bank/#files\'>Bank</a>'
    '<a href="https://example.com/#x">out</a><a href="#top">top</a><h1 id=top>T</h1><a href="owners/">o</a>',
    "pay/index.html": '<h2 id="get-a&amp;b">x</h2><a href="#get-a%26b">x</a><a href="../bank/#files">x</a><a href="..">up</a>',
    "bank/index.html": '<h2 class="a"\n  id="files">x</h2><a href="../../elsewhere/">outside of the mount</a>',
    "owners/index.html": '<a href="../pay/#get-a&amp;b">x</a><link rel="stylesheet" href="../assets/a.css">',
}


def write(folder: Path, pages: dict[str, str]) -> None:
    for address, text in pages.items():
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("mount", ["", "integrations", "a/b"])
def test_whole_site(tmp_path: Path, mount: str) -> None:
    write(tmp_path / mount, WHOLE)
    assert check_site(tmp_path, ["pay", "bank"], mount) == ()


def test_addresses_without_folders(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "index.html": '<p data-specs="1"></p><a href="pay.html#a">Pay</a>',
            "pay.html": '<i id="a"></i><a href="index.html">up</a>',
        },
    )
    assert check_site(tmp_path, ["pay"]) == ()


@pytest.mark.parametrize(
    ("address", "old", "new", "message"),
    [
        ("pay/index.html", None, "", "the spec `pay` has no page"),
        ("index.html", None, "", "the home page of the specs is missing"),
        ("index.html", '"2"', '"3"', "the home page says 3 specs, but the number of files is 2"),
        ("index.html", "data-specs", "data-other", "the home page does not give the number of specs"),
        ("index.html", '<a href="pay/">', "<a>", "the index has no link to the spec `pay`"),
        (
            "index.html",
            "bank/#files",
            "bank/#file",
            "the link `bank/#file` leads to #file, which is not on bank/index.html",
        ),
        (
            "index.html",
            'href="owners/"',
            'href="owner/"',
            "the link `owner/` leads to owner/index.html, which is not in the site",
        ),
        ("bank/index.html", 'id="files"', 'data-id="files"', "the link `../bank/#files` leads to #files"),
        ("pay/index.html", "#get-a%26b", "#nowhere", "the link `#nowhere` leads to #nowhere"),
    ],
)
def test_a_problem_is_reported(tmp_path: Path, address: str, old: str | None, new: str, message: str) -> None:
    write(tmp_path, WHOLE)
    path = tmp_path / address
    if old is None:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    faults = check_site(tmp_path, ["pay", "bank"])
    assert [fault.message for fault in faults if message in fault.message] != []
    assert all(fault.level == "error" and fault.help for fault in faults)


def test_a_page_more_than_files_is_a_wrong_count(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    assert ["says 2 specs, but the number of files is 1" in each.message for each in check_site(tmp_path, ["pay"])] == [
        True
    ]


@pytest.mark.parametrize(
    "written", ['<a href="http://[">x</a>', '<p>say id=x href="nowhere/"</p>', "<p>a > b href='x/'</p>"]
)
def test_what_people_write_is_no_fault(tmp_path: Path, written: str) -> None:
    write(tmp_path, WHOLE)
    path = tmp_path / "pay" / "index.html"
    path.write_text(path.read_text(encoding="utf-8") + written, encoding="utf-8")
    assert check_site(tmp_path, ["pay", "bank"]) == ()


def test_facts_of_our_own_content_are_those_of_the_file(tmp_path: Path) -> None:
    html = '<div data-specs="3"><a href="../a&amp;b/#x">x</a><h2 id="get-&#34;a&#34;">say id=&#34;no&#34;</h2></div>'
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    facts = PageFacts.of_content(html)
    assert facts == PageFacts.of_file(tmp_path / "a.html")
    assert facts == PageFacts('\nget-"a"\n', "../a&b/#x", "3")


def test_known_pages_are_not_read_but_must_exist(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    known = {address: PageFacts.of_file(tmp_path / address) for address in WHOLE}
    (tmp_path / "pay/index.html").write_text("changed", encoding="utf-8")
    assert check_site(tmp_path, ["pay", "bank"], known=known) == ()
    (tmp_path / "pay/index.html").unlink()
    assert "the spec `pay` has no page in the built site" in {
        each.message for each in check_site(tmp_path, ["pay", "bank"], known=known)
    }


def test_other_languages_are_built_later(tmp_path: Path) -> None:
    write(tmp_path, WHOLE)
    write(tmp_path / "pt-BR", {"index.html": '<a href="nowhere/">x</a>'})
    path = tmp_path / "pay/index.html"
    path.write_text(WHOLE["pay/index.html"] + '<a href="../pt-BR/pay/">Português</a>', encoding="utf-8")
    assert check_site(tmp_path, ["pay", "bank"])
    assert check_site(tmp_path, ["pay", "bank"], other_languages=("pt-BR/",)) == ()


def test_a_page_that_another_plugin_removes_fails_the_build_and_one_that_it_breaks_the_command(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("docs/index.md", "# Home\n")
    folder.write("specs/zoho.yaml", spec("Zoho"))
    folder.configure(hooks=["other.py"])
    folder.write("other.py", "def on_post_page(output, page, **_):\n    return '' if 'zoho' in page.url else output\n")
    assert folder.run("mkdocs", "build").returncode == 1
    folder.write(
        "other.py", "def on_post_page(output, **_):\n    return output.replace('href=\"../zoho/', 'href=\"../z/')\n"
    )
    folder.build()
    broken = folder.run("integration_specs", "check-site", "site", "--mount", "integrations")
    assert broken.returncode == 1
    assert "leads to integrations/z/index.html, which is not in the site" in broken.stdout
    (tmp_path / "other.py").write_text("")
    folder.build()
    whole = folder.run("integration_specs", "check-site", "site", "--mount", "integrations")
    assert (whole.returncode, whole.stdout) == (0, "1 spec, 0 problems\n")
