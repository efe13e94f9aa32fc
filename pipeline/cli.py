"""The ``gongkai`` command.

Exit status: 0 done; 1 the job failed, nothing was published; 2 usage. What is heavy is imported where it is
used, so that ``--help`` answers at once.
"""

from __future__ import annotations

import csv
import errno
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from pipeline.workspace import JobError, Workspace, program

if TYPE_CHECKING:
    import duckdb

    from pipeline.lake import Reading, RefreshResult
    from pipeline.warehouse import BuildResult, Status
    from pipeline.warehouse.findings import Finding

_LINES: Final = 20
"""How many documents or warnings a summary lists; ``status`` lists all."""

_ROWS: Final = 500
"""How many rows a terminal shows of a query; a pipe or file gets all."""

_NARROWEST: Final = 10
"""How wide the columns of a table on a terminal have to be on average to be read; narrower ones stand one a line."""

_EXAMPLE: Final = (
    "SELECT agency_name, report_year, received_new, granted, refused "
    "FROM marts.agency_year JOIN marts.dim_agency USING (agency_id) ORDER BY received_new DESC"
)


_MENDABLE: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT})
"""What a person can mend: rights, a read-only file system, a full disk."""

_FULL: Final = os.strerror(errno.ENOSPC)


class _Gongkai(click.Group):
    """A group that says what stopped the job and what to do about it, and exits with 1."""

    def make_context(self, info_name: str | None, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401
        """Usage errors, too, name the command so that what they tell to try works as pasted."""
        return super().make_context(program(), *args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except JobError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            if (isinstance(error, OSError) and error.errno in _MENDABLE) or _FULL in str(error):  # as DuckDB says it
                raise click.ClickException(f"{error}. Mend this and run again: nothing is lost.") from error
            traceback.print_exc()
            raise click.ClickException(
                "This is a defect of Gongkai, and running again will not mend it. Please report it to its maintainers "
                f"with all that is printed above and what this prints: {program()} --version"
            ) from error


@click.group(cls=_Gongkai, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default="data",
    envvar="GONGKAI_DATA",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="The data folder. raw/ holds the reports; aliases.csv corrects agencies, reviews.csv judges findings, "
    "roster.csv says who has to report; warehouse/ and exports/ are made.",
)
@click.version_option(package_name="gongkai", prog_name="gongkai")
@click.pass_context
def main(ctx: click.Context, data: Path) -> None:
    """The figures of China's open-government annual reports, from the printed cell to the mart."""
    from pipeline.settings import open_workspace

    ctx.obj = open_workspace(data)


@main.command()
@click.option(
    "--accept-losses",
    is_flag=True,
    help="Publish a build that has fewer reports, figures or rows than the one published, as after a change of the "
    "program that is meant.",
)
@click.pass_obj
def run(workspace: Workspace, accept_losses: bool) -> None:
    """Read what is new, build, check, publish and export.

    Documents that cannot be read do not stop the run: they are quarantined, with the reason. A build that lost what is
    published is refused and kept for a look; what is published stays.
    """
    with _progress() as (bar, step):
        from pipeline import warehouse
        from pipeline.lake import refresh

        with workspace.exclusive():
            refreshed = refresh(workspace, progress=bar)
            step("Building the warehouse")
            built = warehouse.build(workspace, progress=step, accept_losses=accept_losses)
            step("Exporting")
            warehouse.renew_exports(workspace)
    _summarise(workspace, refreshed, built, warehouse.status(workspace))


@main.command()
@click.pass_obj
def builds(workspace: Workspace) -> None:
    """List the builds: those published and kept, the last one first, and those refused.

    A terminal gets a table, a pipe or file CSV. Times are UTC. What each was made of stands in its build.json.
    """
    from pipeline import warehouse

    workspace.require()
    listed = warehouse.list_all(workspace)
    if not listed:
        click.echo(f"No build is kept in {workspace.builds} yet. Make one: {workspace.command('run')}", err=True)
        return
    _print_rows(list(listed[0]._fields), iter(listed))


@main.command()
@click.argument("build")
@click.pass_obj
def rollback(workspace: Workspace, build: str) -> None:
    """Publish BUILD again, and renew the exports.

    BUILD is the id of a build, or its beginning (`gongkai builds`). Runs do not publish what was rolled back again,
    until documents, the files that you edit or the program change.
    """
    from pipeline import warehouse

    with workspace.exclusive():
        before = warehouse.published_build(workspace)
        now = warehouse.rollback(workspace, build)
    click.echo(f"Published   {workspace.published}: build {now.build_id}")
    click.echo(f"Exports     {workspace.exports}/")
    if before:
        click.echo(f"To undo it: {workspace.command('rollback', before.build_id)}")


@main.command()
@click.argument("before", metavar="BUILD")
@click.argument("after", metavar="[BUILD]", required=False)
@click.option("--format", type=click.Choice(["summary", "csv"]), default="summary", show_default=True)
@click.pass_obj
def diff(workspace: Workspace, before: str, after: str | None, format: str) -> None:
    """Tell what changed from one BUILD to another (default: the current one).

    BUILD is the id of a build, or its beginning; one that was refused will do. Told are reports added, removed and
    replaced by another document, the figures that changed, and the rows of each mart; `--format csv` lists all changes
    with what is printed and in which document.
    """
    from pipeline import warehouse

    if after is None:
        published = warehouse.published_build(workspace)
        if published is None:
            raise JobError(f"Nothing is published that {before} could be compared with: name a second build.")
        after = published.build_id
    old, new = (warehouse.find_build(workspace, name, refused=True) for name in (before, after))
    with warehouse.diff(old, new) as (difference, connection):
        if format == "csv":
            _write_csv(connection.execute("FROM changes"))
            return
        click.echo(f"From        {difference.before}")
        click.echo(f"To          {difference.after}")
        said = {kind.replace("_", "s ", 1): count for kind, count in difference.counts.items()}
        click.echo(f"Changes     {_by(said)}")
        if difference.counts:
            _answer(connection, warehouse.SHOWN_CHANGES)
        rows = [(mart, *counts) for mart, counts in difference.marts.items() if counts[0] != counts[1]]
        click.echo(f"Marts       {_count(len(rows), 'mart')} with another number of rows")
        if rows:
            _print_rows(["mart", "rows_before", "rows_after"], iter(rows))


class _DocumentPath(click.Path):
    """A file, or a document in an archive that is one: ``a.zip!/b.docx``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        file, mark, member = str(value).partition("!/")
        return Path(f"{os.fsdecode(super().convert(file, param, ctx))}{mark}{member}")


@main.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=_DocumentPath(path_type=Path, exists=True, dir_okay=False),
)
def extract(files: Sequence[Path]) -> None:
    """Print what a document says, as JSON; nothing is stored.

    One FILE gives one object, several give a list; a document in an archive is ARCHIVE.zip!/NAME. What
    FILE.meta.json says of a file's source is used. Exit status 1 if a file could not be read or is no report: the
    object then tells the reason.
    """
    from pipeline.lake import read_file

    failed = False
    objects = []
    for file in files:
        reading, problems = read_file(file)
        for problem in problems:
            click.echo(f"{file}.meta.json {problem}", err=True)
        if reading.status != "extracted":
            failed = True
            click.echo(f"{file}: {reading.status} ({reading.error_code}). {reading.error_message}", err=True)
        objects.append(_json_object(file, reading))
    printed = objects if len(objects) > 1 else objects[0]
    click.echo(json.dumps(printed, ensure_ascii=False, indent=2, default=_json_value))
    if failed:
        sys.exit(1)


class _Export(click.Command):
    """Names the marts in its help, which imports what the help of the other commands does without."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from pipeline import warehouse

        with formatter.section("Marts"):
            formatter.write_text(", ".join(warehouse.marts()))


@main.command(cls=_Export)
@click.argument("marts", nargs=-1, metavar="[MART...]")
@click.option("--year", type=int, multiple=True, help="Only reports on this year; may be repeated.")
@click.option("--province", multiple=True, help="Only agencies of this province (河南省); may be repeated.")
@click.option("--function", multiple=True, help="Only agencies of this function (教育); may be repeated.")
@click.option("--format", type=click.Choice(["csv", "parquet", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--headers",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Column names as in the warehouse, or Chinese labels.",
)
@click.pass_obj
def export(
    workspace: Workspace,
    marts: Sequence[str],
    year: tuple[int, ...],
    province: tuple[str, ...],
    function: tuple[str, ...],
    format: Literal["csv", "parquet", "xlsx"],
    headers: Literal["en", "zh"],
) -> None:
    """Copy the published marts (default: all of them) to exports/.

    CSV is UTF-8 with a byte order mark, so that spreadsheets open it right. Whole marts in exports/ are kept up to
    date by ``run``, in the format and with the headers that they have; a file of some years, provinces or functions
    is named after them and stays as it is. datapackage.json says what the files are and of which build, CHANGES.csv
    what changed in the whole marts since the build exported before.
    """
    from pipeline import warehouse

    known = warehouse.marts()
    for mart in marts:
        if mart not in known:
            raise click.BadParameter(f"there is no mart {mart!r}; there are {', '.join(known)}.", param_hint="MART")
    rows = warehouse.Filter(year, province, function)
    for path in warehouse.export(workspace, marts=marts or None, format=format, headers=headers, rows=rows):
        click.echo(path)


@main.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where the UI is served; it asks nobody who he is."
)
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="warning", show_default=True
)
@click.option("--reload", is_flag=True, help="Let the UI load changed code: for those who work on it.")
@click.pass_obj
def up(workspace: Workspace, host: str, port: int, log_level: str, *, reload: bool) -> None:
    """Keep Dagster going: its UI, and the job of each night.

    When it runs, how often it is tried again and who is told of what stands in settings.yml. What Dagster remembers is
    kept in dagster/. Ctrl-C or SIGTERM ends it; a run that is ended so is begun again at the next start.
    """
    from pipeline.service import Address
    from pipeline.service import up as keep_up

    say = partial(click.echo, err=True)
    keep_up(workspace, Address(host, port), log_level=log_level, reload=reload, say=say)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it listens; it asks nobody who he is.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--review", is_flag=True, help="Let people judge findings: their verdicts go into reviews.csv.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A host name under which it is asked, as by a server before it. May be given several times.",
)
@click.pass_obj
def serve(workspace: Workspace, host: str, port: int, names: tuple[str, ...], *, review: bool) -> None:
    """Show the published warehouse in a browser, the original beside each figure.

    It only reads, and shows a new publication at once. Ctrl-C or SIGTERM ends it.
    """
    from pipeline.explorer import serve as serve_pages

    workspace.require()
    say = partial(click.echo, err=True)
    serve_pages(workspace, host, port, review=review, names=names, say=say)


@main.command()
@click.option("--test", is_flag=True, help="Send a trial message by each way that is configured.")
@click.pass_obj
def alert(workspace: Workspace, *, test: bool) -> None:
    """Print how people are told of troubles, what they were told of, and what did not arrive yet.

    Exit status of --test: 1 if no way is configured in settings.yml, or one of them failed.
    """
    from pipeline import alerts
    from pipeline.settings import read_settings

    workspace.require()
    ways = alerts.configured_ways(read_settings(workspace).alerts)
    if not ways:
        nobody = f"Nobody is told: {workspace.settings} names neither a webhook nor mail (docs/operations.md)."
        if test:
            raise JobError(nobody)
        click.echo(nobody)
    failed = False
    for name, way in ways.items():
        if test:
            error = alerts.try_way(way, alerts.make_alert(workspace, "test", "test"))
            failed |= error is not None
            click.echo(f"{name:<10}{error or 'sent'}")
        else:
            click.echo(f"{name:<10}configured")
    for trouble in alerts.open_troubles(workspace).values():
        click.echo(f"open      since {trouble['since']}: {trouble['subject']}")
    for waiting in alerts.waiting(workspace):
        click.echo(f"waiting   since {waiting.at}: {waiting.subject}")
    if failed:
        sys.exit(1)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.pass_obj
def dictionary(workspace: Workspace, names: Sequence[str]) -> None:
    """Print what the tables and columns of the published file mean, as Markdown.

    NAME is a table, or a column, in whichever tables it is. Without it this is the whole dictionary, with the terms of
    the law.
    """
    from difflib import get_close_matches

    from pipeline import warehouse
    from pipeline.warehouse.dictionary import Dictionary

    with warehouse.open_published(workspace) as connection:
        whole = Dictionary.read(connection)
    for name in names:
        if not whole.find(name):
            near = get_close_matches(name, whole.names())
            like = f" Of a like name: {', '.join(near)}." if near else ""
            raise click.BadParameter(f"there is no table or column {name!r}.{like}", param_hint="NAME")
    for line in whole.to_markdown(names):
        click.echo(line)


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@click.option("--dry-run", is_flag=True, help="Ask for lists only, and print which reports would be fetched.")
@click.pass_obj
def crawl(workspace: Workspace, sources: Sequence[str], dry_run: bool) -> None:
    """Fetch new reports of the sources (default: all that are enabled) into raw/crawl/.

    What was fetched before is asked for only if it has changed; a crawl that was interrupted goes on. Whatever could
    not be had is listed with the reason, and is no failure of the crawl: exit status 1 only if no site gave anything.
    """
    from pipeline.crawl import crawl as crawl_all
    from pipeline.crawl import source_files, tell

    files = source_files(workspace)
    for source in sources:
        if source not in files:
            raise click.BadParameter(
                f"there is no source {source!r}; there are: {', '.join(files) or 'none'}.", param_hint="SOURCE"
            )
    if not files:
        click.echo(
            f"There is no source yet. Write one, {workspace.sources}/NAME.yml (docs/crawl.md), or put report files\n"
            f"into {workspace.raw}/ by hand, in any folder, under any name. Where a file NAME is from may stand\n"
            "beside it in NAME.meta.json, all optional:\n"
            '{"url": ..., "fetched_at": ..., "headers": {...}, "source_id": ..., "link_text": ..., "page_url": ...}\n'
            f"Then: {workspace.command('run')}"
        )
        return
    with _crawl_progress() as say:
        crawled = crawl_all(workspace, sources, dry_run=dry_run, progress=say)
    for one in crawled:
        for line in tell(one, _LINES):
            click.echo(line)
        for visit in one.visits if dry_run else ():
            if visit.outcome in {"new", "known"}:
                click.echo(f"  {visit.outcome:<9} {visit.url} ({visit.link_text or ''})")
    if crawled and not any(one.was_reached for one in crawled):
        raise JobError("No site gave anything; the reasons stand above.")
    if not dry_run:
        click.echo(f"What came of each address stands in {workspace.crawls}/SOURCE/.")
        click.echo(f"To read what is new: {workspace.command('run')}")


@main.group(invoke_without_command=True)
@click.pass_context
def sources(ctx: click.Context) -> None:
    """List the sources, or check them."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_sources)


@sources.command("list")
@click.pass_obj
def list_sources(workspace: Workspace) -> None:
    """List the sources: name, whether a crawl of all takes it, preset, where it starts, whose it is."""
    from pipeline.crawl import BadSource, read_source, source_files

    workspace.require()
    for name, path in source_files(workspace).items():
        try:
            source = read_source(path)
        except BadSource as error:
            click.echo(f"{name}\tunusable\t{error}")
            continue
        state = "enabled" if source.rules["enabled"] else "disabled"
        starts = source.starts
        more = f" and {len(starts) - 1} more" if len(starts) > 1 else ""
        preset = source.rules.get("preset") or "-"
        click.echo(f"{name}\t{state}\t{preset}\t{starts[0]}{more}\t{source.rules['title']}")


@sources.command("check")
@click.argument("names", nargs=-1, metavar="[SOURCE|FILE...]")
@click.pass_obj
def check_sources(workspace: Workspace, names: Sequence[str]) -> None:
    """Check sources (default: all) and try them: the first list pages are asked for, nothing is stored.

    Exit status 1 if a file cannot be used, or no report is found.
    """
    from pipeline.crawl import check as check_all
    from pipeline.crawl import tell

    workspace.require()
    failed = False
    for one in check_all(workspace, names):
        reports = [visit for visit in one.visits if visit.outcome in {"new", "known"}]
        failed |= not reports or one.error is not None
        for line in tell(one, _LINES):
            click.echo(line)
        for visit in reports[:_LINES]:
            click.echo(f"  report    {visit.url} ({visit.link_text or ''})")
        if len(reports) > _LINES:
            click.echo(f"  ... and {len(reports) - _LINES:,} more")
    if failed:
        sys.exit(1)


@main.command()
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.pass_obj
def agencies(workspace: Workspace, words: tuple[str, ...]) -> None:
    """List the agencies whose id, full name, level or function hold all WORDs, with their old ids."""
    from pipeline.warehouse.lookup import find_agencies

    found = find_agencies(workspace, " ".join(words))
    if not found:
        raise JobError(
            f"No agency's id, full name, level or function holds {' '.join(words)}."
            if words
            else "No agency is published."
        )
    for agency in found:
        known = " ".join(filter(None, (agency.level, agency.function)))
        old = f"  also {', '.join(agency.aliases)}" if agency.aliases else ""
        click.echo(f"{agency.agency_id}\t{agency.full_name}\t{known}\t{_count(agency.reports, 'report')}{old}")


@main.command()
@click.argument("document")
@click.pass_obj
def explain(workspace: Workspace, document: str) -> None:
    """Print the evidence for agency, place, year and dates of a document.

    DOCUMENT is its path or the beginning of its id. What was taken is marked with a star.
    """
    from pipeline.warehouse import lookup

    for line in lookup.tell(lookup.explain(workspace, document)):
        click.echo(line)


@main.command()
@click.argument("document", required=False)
@click.option("--severity", "severities", multiple=True, type=click.Choice(["error", "warning", "note"]))
@click.option("--rule", "rules", multiple=True, metavar="CODE", help="Findings of this rule; may be repeated.")
@click.option("--agency", default="", metavar="PART", help="Of agencies whose full name or id holds PART, as 宜春市.")
@click.option("--year", type=int, help="Of this report year.")
@click.option("--zh", is_flag=True, help="Messages and cells in Chinese.")
@click.option("--all", "closed", is_flag=True, help="Also what was explained or dismissed, or is superseded.")
@click.pass_obj
def check(
    workspace: Workspace,
    document: str | None,
    *,
    severities: Sequence[str],
    rules: Sequence[str],
    agency: str,
    year: int | None,
    zh: bool,
    closed: bool,
) -> None:
    """List the findings of one DOCUMENT or of all, with the printed cells beside them.

    DOCUMENT is its path or the beginning of its id. A terminal gets a table, a pipe or file CSV. What a person found of
    a finding goes into reviews.csv in the data folder: finding_id, verdict (confirmed, explained or dismissed), reason.
    """
    from pipeline.warehouse.findings import Finding, find_findings

    found = find_findings(
        workspace, document, severities=severities, rules=rules, agency=agency, year=year, closed=closed, chinese=zh
    )
    if not sys.stdout.isatty():
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(Finding._fields)
        writer.writerows([_plain(value) for value in one] for one in found)
        if not found:
            click.echo(f"No {'' if closed else 'open '}finding is of what was asked for.", err=True)
        return
    _show_findings(found)


@main.command()
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(["province", "prefecture", "county", "township"]),
    help="Governments of this level; may be repeated. [default: province, prefecture and county]",
)
@click.option(
    "--from",
    "from_year",
    type=click.IntRange(2008, 2099),
    default=2019,
    show_default=True,
    help="The first report year; 2019 is the first with the mandated tables.",
)
@click.pass_obj
def roster(workspace: Workspace, places: Sequence[str], levels: Sequence[str], from_year: int) -> None:
    """Put the governments of PLACEs, and of the divisions in them, on the roster of who has to report.

    PLACE is a province, prefecture or county, by its name or code, or 全国. Lines are added to roster.csv in the data
    folder; those that stand there are never changed. Edit it as you like: the next run counts coverage by it.
    """
    from pipeline.agencies.identity import read_aliases
    from pipeline.agencies.roster import add_to_roster, find_place, governments

    workspace.require()
    wanted = levels or ("province", "prefecture", "county")
    lines = {line.agency_id: line for place in places for line in governments(find_place(place), wanted, from_year)}
    added = add_to_roster(workspace.roster, lines.values(), read_aliases(workspace.aliases))
    click.echo(f"{workspace.roster}: {_count(added, 'line')} added, {len(lines) - added:,} there already")


@main.command()
@click.argument("query", required=False)
@click.pass_obj
def sql(workspace: Workspace, query: str | None) -> None:
    """Query the published file, read-only.

    A terminal gets a table (or a line for each column, where they are too many for it), a pipe or file CSV. Without
    QUERY it is read from standard input; on a terminal, a prompt takes one after another. Tables need no schema:
    agency_year is marts.agency_year.
    """
    import duckdb

    from pipeline.warehouse import open_published

    with open_published(workspace) as connection:
        connection.execute("SET search_path = 'marts,landing'")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        if query is None and sys.stdin.isatty():
            _prompt(workspace, connection)
            return
        query = (query or sys.stdin.read()).strip()
        if not query:
            raise click.UsageError("There is no query: give one as QUERY or on standard input.")
        try:
            _answer(connection, query)
        except duckdb.Error as error:
            raise click.ClickException(_explained(workspace, connection, error)) from error


@main.command()
@click.option("--zh", is_flag=True, help="What the findings mean in Chinese.")
@click.pass_obj
def status(workspace: Workspace, zh: bool) -> None:
    """Tell what is published: documents by state, the last build, coverage, open findings."""
    from pipeline import warehouse

    workspace.require()
    if not workspace.published.exists():
        click.echo(f"Nothing is published in {workspace.root} yet. Make it: {workspace.command('run')}")
        return
    now = warehouse.status(workspace)
    click.echo(f"Published   {workspace.published}, built {now.built_at:%F %T} UTC (build {now.build_id})")
    click.echo(f"Warehouse   {_holds(now)}")
    click.echo(f"Documents   {_by(now.documents)}")
    if now.visits:
        click.echo(f"Crawled     {_by(now.visits)} (addresses; landing.visits)")
    if now.unfetched:
        click.echo(f"            {_count(now.unfetched, 'report')} not had, of nobody known (landing.unfetched)")
    click.echo(f"Coverage    {_by(now.coverage)} (agencies and years)")
    for place, counts in now.coverage_of_roster.items():
        click.echo(f"  {place}: {_by(counts)}")
    if now.unattributed:
        unread = _count(now.unattributed, "unread document")
        click.echo(f"            {unread} more: whose they are, and of which year, is not known")
    click.echo(f"Quality     {_by(now.quality)} (reports)")
    click.echo(f"Findings    {_findings(now)}")
    width = max((len(finding.rule_code) for finding in now.findings), default=0)
    for finding in now.findings:
        title = finding.title_zh if zh else finding.title_en
        click.echo(f"  {finding.findings:>6,}  {finding.severity:<7}  {finding.rule_code:<{width}}  {title}")
    if now.reviews:
        click.echo(f"Reviews     {_by(now.reviews)}")
    for finding_id, verdict, reason in now.reviews_of_nothing:
        click.echo(f"  no such finding any more: {finding_id} ({verdict}: {reason})")
    for line, agency_id in now.roster_of_nowhere:
        click.echo(f"Roster      line {line}: {agency_id} is of no known division, and nothing here is of it")
    for alias, agency_id in now.aliases_of_nobody:
        click.echo(f"Aliases     {alias} means {agency_id}, and there is no such agency here")
    _list_unread(workspace, now, len(now.unread))


@main.command()
@click.option("--repair", is_flag=True, help="Rebuild what is derived: remove what of it is damaged, then run.")
@click.option("--quick", is_flag=True, help="Read no file to its end that has not changed by its size and times.")
@click.pass_obj
def doctor(workspace: Workspace, repair: bool, quick: bool) -> None:
    """Look whether the data folder is sound, and tell what to do.

    Nothing is changed without --repair, which never touches raw/, what you edit, nor the builds that are kept. Exit
    status 1 if something is broken.
    """
    from pipeline.doctor import examine
    from pipeline.doctor import repair as rebuild

    said: list[str] = []
    try:
        with _progress() as (bar, _):
            if repair:
                rebuild(workspace, quick=quick, progress=bar, say=said.append)
            findings = examine(workspace, quick=quick, progress=bar)
    finally:  # also what was done before it failed
        for line in said:
            click.echo(line)
    for part, state, found, remedy, _ in findings:
        click.echo(f"{state:<6}  {part:<12}  {found}")
        if remedy:
            click.echo(f"{'':<22}{remedy}")
    if broken := sum(finding.state == "broken" for finding in findings):
        raise JobError(f"{_count(broken, 'part')} broken; what to do stands beside each.")


@contextmanager
def _progress() -> Iterator[tuple[Any, Any]]:
    """Two functions that show long work on a terminal: counted work as a bar, and steps by their names.

    Any thread may call them: dbt does from several at once.
    """
    from threading import Lock

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = Console(stderr=True)
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with progress:
        task, shown = progress.add_task("Starting", total=None), "Starting"
        lock = Lock()

        def bar(stage: str, done: int, total: int | None) -> None:
            nonlocal task, shown
            with lock:
                if stage != shown:
                    progress.remove_task(task)
                    task, shown = progress.add_task(stage, total=total or None), stage
                progress.update(task, completed=done)

        def step(name: str) -> None:
            bar(name, 0, None)

        yield bar, step


@contextmanager
def _crawl_progress() -> Iterator[Any]:
    """A function that shows on a terminal what each source has come to."""
    from collections import Counter

    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, Any] = {}
        counts: dict[str, Counter[str]] = {}

        def say(source: str, visit: Any) -> None:  # noqa: ANN401 - a visit of a room that is imported where it is used
            if source not in tasks:
                counts[source], tasks[source] = Counter(), progress.add_task(source, total=None, counts="")
            counts[source]["lists" if visit.kind == "list" else visit.outcome] += 1
            said = ", ".join(f"{count:,} {outcome}" for outcome, count in counts[source].items())
            progress.update(tasks[source], counts=said)

        yield say


def _summarise(workspace: Workspace, refreshed: RefreshResult, built: BuildResult, now: Status) -> None:
    click.echo(
        f"Documents   {refreshed.found:,} found: {refreshed.read:,} read, {refreshed.unchanged:,} unchanged; "
        f"{refreshed.removed:,} removed since the last run ({refreshed.seconds:.1f} s)"
    )
    if refreshed.read:
        click.echo(
            f"            of those read: {_count(refreshed.extracted, 'report')} with "
            f"{_count(refreshed.cells, 'cell')}, {refreshed.not_a_report:,} not a report, "
            f"{refreshed.quarantined:,} quarantined"
        )
    for warning in refreshed.warnings[:_LINES]:
        click.echo(f"  warning   {warning}")
    if len(refreshed.warnings) > _LINES:
        click.echo(f"  warning   ... and {len(refreshed.warnings) - _LINES:,} more")
    _list_unread(workspace, now, _LINES)
    done = f"built in {built.seconds:.1f} s" if built.built else "nothing new, no build needed"
    if built.rolled_back:
        done = f"build {built.rolled_back} was rolled back, no build needed"
    click.echo(f"Warehouse   {_holds(now)} ({done})")
    click.echo(f"Findings    {_findings(now)}")
    click.echo(f"Published   {workspace.published}")
    click.echo(f"Exports     {workspace.exports}/")
    if built.rolled_back:
        from pipeline import warehouse

        click.echo(warehouse.tell_rolled_back(workspace, built.rolled_back))
    click.echo()
    if refreshed.found == 0:
        click.echo(f"The warehouse is empty: put report files into {workspace.raw}/ and run again.")
    else:
        click.echo("Try next:")
        click.echo(f"  {workspace.command('sql', _EXAMPLE)}")
        click.echo(f"  {workspace.command('status')}")


def _list_unread(workspace: Workspace, now: Status, limit: int) -> None:
    if now.unread:
        click.echo(f"No report came of {_count(len(now.unread), 'document')}:")
    for document in now.unread[:limit]:
        click.echo(f"  {document.raw_path}: {document.status} ({document.code}). {document.message}")
    if len(now.unread) > limit:
        click.echo(f"  ... and {len(now.unread) - limit:,} more: {workspace.command('status')}")


def _holds(now: Status) -> str:
    several = f", {now.composite:,} of several documents" if now.composite else ""
    return f"{_count(now.agencies, 'agency', 'agencies')}, {_count(now.reports, 'report')}{several}"


def _findings(now: Status) -> str:
    counts: dict[str, int] = {}
    for finding in now.findings:
        counts[finding.severity] = counts.get(finding.severity, 0) + finding.findings
    return ", ".join(_count(count, severity) for severity, count in counts.items()) or "none"


def _by(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "none"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _json_object(file: Path, reading: Reading) -> dict[str, Any]:
    from dataclasses import asdict

    from pipeline.lake.batches import cell_row
    from pipeline.lake.passes import PASSES, Narrative
    from pipeline.lake.schemas import CELLS

    report = reading.report
    metadata = asdict(report.metadata) if report else {}
    evidence = metadata.pop("evidence", [])
    narrative = report and Narrative(
        reading.document_id, report.sections, report.metadata.report_year, report.metadata.agency_name
    )
    return {
        "file": str(file),
        "document_id": reading.document_id,
        "media_type": reading.media_type,
        "size_bytes": reading.size_bytes,
        "status": reading.status,
        "error_code": reading.error_code,
        "error_message": reading.error_message,
        "metadata": metadata or None,
        "evidence": [sighting._asdict() for sighting in evidence],
        "cells": [dict(zip(CELLS, cell_row(reading.document_id, cell), strict=True)) for cell in report.figures]
        if report
        else [],
        "sections": [section._asdict() for section in report.sections] if report else [],
        **{
            name: [dict(zip(one.schema, row, strict=True)) for row in one.rows(narrative)] if narrative else []
            for name, one in PASSES.items()
        },
        "links": [link._asdict() for link in reading.links],
    }


def _json_value(value: object) -> Any:  # noqa: ANN401 - whatever JSON has
    """Numbers as numbers, if a reader of JSON gets them back exactly; all else as text."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        if Decimal(repr(float(value))) == value:
            return float(value)
    return str(value)


def _show_findings(found: Sequence[Finding]) -> None:
    """Print findings as a table: what is wrong, and what is printed beside it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_lines=True, expand=True)
    for heading, share in (("finding", 2), ("what is wrong", 4), ("what is printed", 3)):
        table.add_column(heading, ratio=share, overflow="fold")
    colours = {"error": "red", "warning": "yellow", "note": "cyan"}
    for one in found[:_ROWS]:
        finding = Text(one.severity, colours[one.severity]).append(f"\n{one.rule_code}", "bold")
        what = Text(f"{one.agency} {one.report_year or ''}".rstrip(), "bold").append(f"\n{one.message}", "not bold")
        if one.review:
            what.append(f"\n{one.review}: {one.review_reason}", "not bold green")
        what.append(f"\n{one.finding_id} {one.raw_path} {one.url or ''}".rstrip(), "not bold dim")
        table.add_row(finding, what, Text(one.cells))
    if found:
        Console().print(table)
    shown = f"the first {_ROWS} of {len(found):,} (write into a file for all)" if len(found) > _ROWS else ""
    click.echo(shown or _count(len(found), "finding"))


def _prompt(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> None:
    import readline  # noqa: F401 - gives input() its line editing

    import duckdb

    click.echo(
        "Queries end with a semicolon; Ctrl-D leaves. SHOW TABLES; and DESCRIBE agency_year; tell what there is."
    )
    lines: list[str] = []
    while True:
        try:
            lines.append(input("... " if lines else "gongkai> "))
        except EOFError:
            click.echo()
            return
        if not lines[-1].rstrip().endswith(";"):
            continue
        try:
            _answer(connection, "\n".join(lines))
        except duckdb.Error as error:
            click.echo(_explained(workspace, connection, error), err=True)
        lines = []


def _explained(workspace: Workspace, connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str:
    """An error with what the query may have meant, and where to read on."""
    from pipeline.warehouse.hints import hint

    said = hint(connection, error)
    return f"{error}\n\n{said}\nWhat they mean: {workspace.command('dictionary', 'NAME')}" if said else str(error)


def _plain(value: object) -> object:
    """A value as people write it: a decimal without zeros behind the point that nobody printed."""
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Print the rows of a query: a table on a terminal, else CSV (empty for null)."""
    cursor = connection.execute(query)
    if cursor.description is None:
        return
    if sys.stdout.isatty():
        columns = [column[0] for column in cursor.description]
        _show_rows(columns, cursor.fetchmany(_ROWS + 1))
    else:
        _write_csv(cursor)


def _write_csv(cursor: duckdb.DuckDBPyConnection) -> None:
    columns = [column[0] for column in cursor.description or ()]
    _print_csv(columns, (row for rows in iter(lambda: cursor.fetchmany(10_000), []) for row in rows))


def _print_csv(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)


def _print_rows(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> None:
    """A table on a terminal, else CSV."""
    if sys.stdout.isatty():
        _show_rows(columns, list(rows))
    else:
        _print_csv(columns, rows)


def _show_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table: at most `_ROWS` of them."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    texts = [["" if value is None else str(_plain(value)) for value in row] for row in rows[:_ROWS]]
    if len(columns) * _NARROWEST > console.width:
        table = Table(box=box.SIMPLE_HEAD, show_header=False)
        table.add_column()
        table.add_column(overflow="fold")
        for text in texts:
            for column, value in zip(columns, text, strict=True):
                table.add_row(column, value)
            table.add_section()
    else:
        table = Table(box=box.SIMPLE_HEAD)
        for column in columns:
            # Chinese has no spaces to break at: without folding rich cuts it off.
            table.add_column(column, overflow="fold")
        for text in texts:
            table.add_row(*text)
    console.print(table)
    shown = f"the first {_ROWS} rows (write into a file for all)" if len(rows) > _ROWS else _count(len(rows), "row")
    click.echo(shown)
