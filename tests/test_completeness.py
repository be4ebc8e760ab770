"""The proof that a site is whole: each way of not being whole is seen."""

from pathlib import Path

import pytest

from integration_specs.site.completeness import check_site

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
        ("index.html", '"2"', '"3"', "the home page says 3 specs, but there are 2 files"),
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
    assert ["says 2 specs, but there are 1 files" in fault.message for fault in check_site(tmp_path, ["pay"])] == [True]


@pytest.mark.parametrize(
    "written", ['<a href="http://[">x</a>', '<p>say id=x href="nowhere/"</p>', "<p>a > b href='x/'</p>"]
)
def test_what_people_write_is_no_fault(tmp_path: Path, written: str) -> None:
    write(tmp_path, WHOLE)
    path = tmp_path / "pay" / "index.html"
    path.write_text(path.read_text(encoding="utf-8") + written, encoding="utf-8")
    assert check_site(tmp_path, ["pay", "bank"]) == ()
