"""What is worked out from the facts: dated parameters, tables and values as columns, each after what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from makegood.core.expressions import Cell
from makegood.core.expressions_sql import name, quoted
from makegood.core.policy_layers import Query, typed_figure
from makegood.core.policy_names import Node, figures_den, is_constant
from makegood.core.policy_rules import Named, Parameter, Row, Table

Columns = list[tuple[str, str]]


def lay_nodes(query: Query, spared: Iterable[str]) -> None:
    """`spared` are names read where they may be missing: what is undefined among them is marked."""
    nodes = [node for word, node in query.names.nodes.items() if word in query.read]
    _settle(query, nodes)
    query.flagged = _flagged(query, nodes, spared)
    level: dict[str, int] = {}
    layers: dict[int, Columns] = {}
    for node in nodes:
        level[node.name] = max((level.get(word, 0) for word in query.names.needs(node.name)), default=0)
        for columns in _columns(query, node):
            level[node.name] += 1
            layers.setdefault(level[node.name], []).extend(columns)
    for depth in sorted(layers):
        query.layer(*layers[depth])


def _settle(query: Query, nodes: Sequence[Node]) -> None:
    """Which of them have a value for every customer whose facts can be used."""
    for node in nodes:
        if isinstance(node, Table):
            gives = all(row.give is not None for row in (*node.rows, node.otherwise))
            asked = {key for row in node.rows for key, cell in row.cells.items() if not (cell.always or cell.missing)}
            query.sure[node.name] = gives and all(query.is_sure(key) for key in asked)
        elif isinstance(node, Parameter):
            always = node.by is None or (node.before is not None and query.settled(node.by))
            query.sure[node.name] = always
        else:
            query.sure[node.name] = query.settled(node.expression)


def _flagged(query: Query, nodes: Sequence[Node], spared: Iterable[str]) -> frozenset[str]:
    """Those that may be undefined and are read where a missing value is spared, and what these are made of."""
    names = query.names
    asked = {names.owner(word) for word in spared}
    for node in nodes:
        if isinstance(node, Named):
            asked |= {names.owner(word) for word in node.expression.spared}
        elif isinstance(node, Table):
            asked |= {names.owner(key) for row in node.rows for key, cell in row.cells.items() if cell.missing}
    return frozenset(word for word in names.closure(asked) if word in names.nodes and not query.sure.get(word, True))


def _columns(query: Query, node: Node) -> list[Columns]:
    """The columns of a node in layers of their own, from the inside."""
    if is_constant(node) or (isinstance(node, Parameter) and node.by is None):
        return []
    if isinstance(node, Named):
        layers = _named(query, node)
    elif isinstance(node, Table):
        layers = _table(query, node)
    else:
        layers = _parameter(query, node)
    after: Columns = []
    if node.name in query.flagged:
        after.append((name(node.name + "!"), _failed(query, node)))
    if query.told and not query.sure[node.name]:
        after.append((name(node.name + "?"), _why(query, node)))
    return [*layers, after] if after else layers


def _first(node: Node) -> str:
    """One of the columns that are NULL where the node gives nothing."""
    return name(node.names()[0] if isinstance(node, Table) else node.name)


def _named(query: Query, node: Named) -> list[Columns]:
    value = query.value(node.expression)
    if isinstance(value.den, str):
        return [[(name(node.name), value.sql), (name(node.name + "/"), value.den_sql)]]
    return [[(name(node.name), value.sql)]]


def _parameter(query: Query, node: Parameter) -> list[Columns]:
    assert node.by is not None  # noqa: S101 # a column is made only for those read on a date
    on = query.sql(node.by)
    figures = [figure for _, figure in node.points] + ([] if node.before is None else [node.before])
    den = figures_den(figures)

    def by_date(results: Sequence[str], before: str) -> str:
        arms = [
            f"WHEN {on} >= DATE '{day.isoformat()}' THEN {result}"
            for (day, _), result in zip(reversed(node.points), reversed(results), strict=True)
        ]
        last = f" WHEN {on} IS NOT NULL THEN {before}" if before else ""
        return f"(CASE {' '.join(arms)}{last} END)"

    columns = [
        (
            name(node.name),
            by_date(
                [typed_figure(figure, den) for _, figure in node.points],
                "" if node.before is None else typed_figure(node.before, den),
            ),
        )
    ]
    if query.told:
        numbers = [str(index + 1) for index in range(len(node.points))]
        columns.append((name(node.name + "#"), by_date(numbers, "" if node.before is None else "0")))
    return [columns]


def _table(query: Query, table: Table) -> list[Columns]:
    """With sentences, or several figures, first the row that counts, then its figures; else the figure at once."""
    rows = [*table.rows, table.otherwise]
    fields = list(zip(table.names(), table.fields, strict=True))
    dens = {field: figures_den(row.give[field] for row in rows if row.give is not None) for field in table.fields}

    def figure(row: Row, field: str) -> str:
        return typed_figure(row.give[field], dens[field]) if row.give is not None else "NULL"

    if len(fields) == 1 and not query.told and table.name not in query.flagged:
        column, field = fields[0]
        return [[(name(column), _matched(query, table, [figure(row, field) for row in rows]))]]
    index = name(table.name + "#")
    first = [(index, _matched(query, table, [str(number) for number in range(1, len(rows) + 1)]))]
    second = []
    for column, field in fields:
        arms = " ".join(f"WHEN {number} THEN {figure(row, field)}" for number, row in enumerate(rows, start=1))
        second.append((name(column), f"(CASE {index} {arms} END)"))
    return [first, second]


def _matched(query: Query, table: Table, results: Sequence[str]) -> str:
    """The result of the first row whose every cell holds, NULL where a cell needs a missing value."""
    tests = [_row_test(query, row) for row in table.rows]
    plain = " ".join(f"WHEN {test} THEN {result}" for test, result in zip(tests, results, strict=False))
    fast = f"CASE {plain} ELSE {results[-1]} END" if tests else results[-1]
    unsure = sorted(
        {
            key
            for row in table.rows
            for key, cell in row.cells.items()
            if not cell.always and not query.is_sure(key) and query.has_column(key)
        }
    )
    if not unsure:
        return f"({fast})"
    # A missing value is seldom: where none is, no condition can be NULL, and none is tested twice.
    careful = " ".join(
        f"WHEN ({test}) IS NULL THEN NULL WHEN {test} THEN {result}"
        for test, result in zip(tests, results, strict=False)
    )
    gap = " OR ".join(f"{name(key)} IS NULL" for key in unsure)
    return f"(CASE WHEN {gap} THEN CASE {careful} ELSE {results[-1]} END ELSE {fast} END)"


def _row_test(query: Query, row: Row) -> str:
    parts = [_cell_test(query, key, cell) for key, cell in row.cells.items() if not cell.always]
    return f"({' AND '.join(parts)})" if parts else "true"


def _cell_test(query: Query, key: str, cell: Cell) -> str:
    value = query.names.lookup(key)
    assert value is not None  # noqa: S101 # the table was read with it
    sql, owner = cell.sql(value), query.names.owner(key)
    if cell.missing and owner in query.flagged:
        return f"(CASE WHEN {name(owner + '!')} THEN NULL ELSE {sql} END)"
    return sql


def _needed(query: Query, node: Node) -> list[str]:
    """The columns a node cannot do without."""
    if isinstance(node, Table):
        words: Iterable[str] = node.keys
    elif isinstance(node, Named):
        words = node.expression.needed
    else:
        words = node.by.names if node.by is not None else ()
    return [word for word in words if query.has_column(word) and not query.is_sure(word)]


def _failed(query: Query, node: Node) -> str:
    """No value, and either nothing is missing that it needs, or what it needs is undefined itself."""
    needed = _needed(query, node)
    marks = {name(query.names.owner(word) + "!") for word in needed if query.names.owner(word) in query.flagged}
    if isinstance(node, Table):
        undefined = [str(n) for n, row in enumerate([*node.rows, node.otherwise], start=1) if row.give is None]
        if undefined:
            marks.add(f"coalesce({name(node.name + '#')} IN ({', '.join(undefined)}), false)")
    there = " AND ".join(f"{name(word)} IS NOT NULL" for word in needed) or "true"
    return f"({_first(node)} IS NULL AND ({' OR '.join([*sorted(marks), f'({there})'])}))"


def _why(query: Query, node: Node) -> str:
    """A sentence where the node gives nothing."""
    value = _first(node)
    if isinstance(node, Named):
        return f"(CASE WHEN {value} IS NULL THEN {query.missing(node.expression)} END)"
    arms = []
    if isinstance(node, Table):
        for number, row in enumerate([*node.rows, node.otherwise], start=1):
            if row.give is None:
                arms.append(f"WHEN {name(node.name + '#')} = {number} THEN {quoted(row.undefined)}")
    for word in _needed(query, node):
        arms.append(f"WHEN {name(word)} IS NULL THEN {query.why(word)}")
    last = "NULL::VARCHAR"
    if isinstance(node, Parameter):
        last = quoted(
            node.undefined
            or f"The policy has no figure for {spoken_name(node)} before {node.points[0][0].isoformat()}."
        )
    return f"(CASE WHEN {value} IS NOT NULL THEN NULL {' '.join(arms)} ELSE {last} END)"


def spoken_name(node: Parameter) -> str:
    return node.words or node.name.replace("_", " ")
