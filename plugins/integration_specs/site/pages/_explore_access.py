"""Across specs: who we are to each system, with what secrets, in which environments."""

from integration_specs.model import is_unknown
from integration_specs.text.names import slug
from integration_specs.site.context import Context
from integration_specs.site.tables import Cells, Row, Table, cell, codes_cell


def authentication(context: Context, cells: Cells) -> tuple[Table, ...]:
    """How we prove who we are to each system, and each thing that we are allowed to do."""
    t = context.words
    proofs: list[Row] = []
    scopes: list[Row] = []
    anchor = slug("authentication")
    for spec in context.catalog.specs:
        given = spec.section("authentication")
        names = [scope["name"] for scope in given.get("scopes", ())]
        mechanism = spec.mechanism if spec.mechanism and not is_unknown(spec.mechanism) else ""
        proofs.append(
            Row(
                (
                    cells.spec(spec, anchor),
                    cells.fact(spec, "authentication", "mechanism"),
                    cells.fact(spec, "authentication", "header"),
                    codes_cell(names),
                    cells.fact(spec, "authentication", "token_lifetime"),
                    cells.owner(spec),
                ),
                ((mechanism,) if mechanism else (), (cells.owner_name(spec),)),
                alarm="authentication" not in spec.data,
            )
        )
        scopes.extend(
            Row(
                (
                    cells.at(("authentication", "scopes", 0, "name"), scope["name"]),
                    cells.spec(spec, anchor),
                    cells.at(("authentication", "scopes", 0, "reason"), scope.get("reason")),
                    cells.owner(spec),
                ),
                ((spec.title,), (cells.owner_name(spec),)),
            )
            for scope in given.get("scopes", ())
        )
    proof = Table(
        "access",
        t("Authentication and authorization"),
        (t("Integration"), t("Mechanism"), t("Request header"), t("Scopes"), t("Token lifetime"), t("Owner")),
        tuple(proofs),
        (("mechanism", t("Mechanism")), ("owner", t("Owner"))),
    )
    allowed = Table(
        "scopes",
        t("Scopes / permissions"),
        (t("Scope"), t("Integration"), t("Reason"), t("Owner")),
        tuple(scopes),
        (("spec", t("Integration")), ("owner", t("Owner"))),
        t("No scopes yet"),
    )
    return proof, allowed


def secrets(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Where each secret is kept (never the secret), how often it is changed, and when it ends."""
    t, rows = context.words, []
    for spec in context.catalog.specs:
        common = [
            cells.fact(spec, "authentication", "rotation"),
            cells.due(spec, "authentication", "expires"),
            cells.due(spec, "authentication", "certificate_expires"),
            cells.owner(spec),
        ]
        told = ((spec.title,), (cells.owner_name(spec),))
        place = cells.fact(spec, "authentication", "secret_storage")
        rows.append(Row((cells.spec(spec, slug("authentication")), cell(t("All")), place, *common), told))
        for each in spec.data.get("environments", ()):
            if "credentials" in each:
                place = cells.at(("environments", 0, "credentials"), each["credentials"])
                name = cells.at(("environments", 0, "name"), each["name"])
                rows.append(Row((cells.spec(spec, slug("environments")), name, place, *common), told))
    columns = (
        t("Integration"),
        t("Environment"),
        t("Token / secret storage"),
        t("Rotation"),
        t("Secret expires"),
        t("Certificate expires"),
        t("Owner"),
    )
    facets = (("spec", t("Integration")), ("owner", t("Owner")))
    return (Table("secrets", t("Secrets"), columns, tuple(rows), facets),)


def environments(context: Context, cells: Cells) -> tuple[Table, ...]:
    """Every environment of every system."""
    t, rows = context.words, []
    for spec in context.catalog.specs:
        for each in spec.data.get("environments", ()):
            kind = str(each.get("kind", ""))
            rows.append(
                Row(
                    (
                        cells.spec(spec, slug("environments")),
                        *(
                            cells.at(("environments", 0, name), each.get(name))
                            for name in ("name", "kind", "base_url", "credentials", "note")
                        ),
                        cells.owner(spec),
                    ),
                    ((spec.title,), (t(kind),) if kind else (), (cells.owner_name(spec),)),
                )
            )
    columns = (t("Integration"), t("Environment"), t("Kind"), t("Base URL"), t("Credentials"), t("Note"), t("Owner"))
    facets = (("spec", t("Integration")), ("kind", t("Kind")), ("owner", t("Owner")))
    return (Table("environments", t("Environments"), columns, tuple(rows), facets),)
