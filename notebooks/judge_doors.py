#!/usr/bin/env python3
"""Independent judges of the doors: psycopg on the wire of PostgreSQL, ADBC on Flight SQL, each beside `koridor sql`.

- The same statements give the same rows through both and in the command line: texts, numbers, dates, nulls.
- Who has no key sees what is published and nothing else; a key with a region sees rows of that region.
- Nothing is written, no setting of the server is set, no file is read; what is refused leaves the connection usable.
- A cursor, a request to give up, a time-out, a prepared statement do what they say.
- The catalogue of PostgreSQL names the tables with their comments: SQLAlchemy reflects them, pandas reads them, the JDBC
  driver's metadata tell them.

usage: judge_doors.py KORIDOR LAKE [--jdbc JAR]
JAR is the JDBC driver of PostgreSQL (Debian: libpostgresql-jdbc-java, /usr/share/java/postgresql.jar); without it JDBC is not judged.
"""
import argparse
import csv
import io
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import adbc_driver_flightsql.dbapi as flight
import jpype
import pandas
import psycopg
import psycopg2
import sqlalchemy

arguments = argparse.ArgumentParser()
arguments.add_argument("koridor")
arguments.add_argument("lake")
arguments.add_argument("--jdbc", metavar="JAR")
arguments = arguments.parse_args()
koridor, sample = arguments.koridor, arguments.lake
ENDLESS = "select count(*) from range(0, 9000000) a cross join range(0, 9000000) b"
STATEMENTS = [
    "select code, name from ref.region order by code",
    "select indicator_id, region_code, grain, period, state, value from indicators.values where grain = 'Y' "
    "order by indicator_id, region_code, period, breakdown, value limit 500",
    "select count(*) as n, sum(handled_ton) as t, min(period_month) as d from core.waste_handling",
    "select 1 as a, null as b, true as c, 'é''x' as d, date '2024-02-29' as e, 1.5 as f, cast(2.50 as decimal(9, 2)) as g",
]
REFUSED = [
    "insert into core.waste_handling values (1)",
    "create table t as select 1",
    "create external table t stored as csv location '/etc/passwd'",
    "copy core.waste_handling to '/tmp/koridor_judge.csv'",
    "copy (select 1) to program 'id'",
    "drop table core.waste_handling",
    "set datafusion.execution.batch_size = 1",
    "set data_directory = '/'",
    "select * from '/etc/passwd'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "do $$ begin end $$",
]


def ask(lake, statement):
    out = subprocess.run([koridor, "--lake", lake, "--format", "csv", "sql", statement], capture_output=True, text=True, check=True).stdout
    return [list(row.values()) for row in csv.DictReader(io.StringIO(out))]


def text(value):
    """A value as the command line writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def number(cell):
    try:
        return round(float(cell), 9)
    except ValueError:
        return cell


def same(rows, told):
    return [[number(text(cell)) for cell in row] for row in rows] == [[number(cell) for cell in row] for row in told]


def key(lake, *arguments):
    out = subprocess.run([koridor, "--lake", lake, "key", "create", *arguments], capture_output=True, text=True, check=True).stdout.strip()
    return out.split("_")[1], out


def free():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


def refused(connection, statement):
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def postgres(lake, port, who):
    user, secret = who
    with psycopg.connect(host="127.0.0.1", port=port, dbname="koridor", user=user, password=secret, autocommit=True) as own:
        for statement in STATEMENTS:
            if not same(own.execute(statement).fetchall(), ask(lake, statement)):
                yield f"pg differs: {statement}"
            with own.cursor(binary=True) as binary:
                if not same(binary.execute(statement).fetchall(), ask(lake, statement)):
                    yield f"pg differs in binary: {statement}"
        for statement in REFUSED:
            if refused(own, statement) is None:
                yield f"pg lets through: {statement}"
            if own.execute("select 1").fetchone() != (1,):
                yield f"pg is unusable after: {statement}"
        if own.execute("select name from ref.region where code = %s", ["7401"]).fetchall() != [("Kabupaten Buton",)]:
            yield "pg: a parameter does not reach its statement"
        if own.execute("select 1 from ref.region where code = %s", ["7401' or '1' = '1"]).fetchall():
            yield "pg: a parameter became SQL"
        own.execute("set statement_timeout = '500ms'")
        if refused(own, ENDLESS) != "57014":
            yield "pg: no time-out"
        own.execute("discard all")
        threading.Timer(0.5, own.cancel).start()
        begun = time.monotonic()
        if refused(own, ENDLESS) != "57014" or time.monotonic() - begun > 20:
            yield "pg: a request to give up is not heard"
        if refused(own, "set koridor.as_of = '1999-01-01'") is None:
            yield "pg: a release that is not there"
        (release,) = own.execute("select max(release_id) from ops.releases").fetchone()
        own.execute(f"set koridor.as_of = '{release}'")
        if own.execute("show koridor.as_of").fetchone() != (release,):
            yield "pg: koridor.as_of is not shown"
    yield from cursors(port, who)
    yield from reflection(lake, port, who)


def cursors(port, who):
    """Results that are taken a part at a time, by name."""
    user, secret = who
    with psycopg.connect(host="127.0.0.1", port=port, dbname="koridor", user=user, password=secret) as own:
        for binary in (False, True):
            with own.cursor("judge of a part", binary=binary) as cursor:
                cursor.itersize = 100
                cursor.execute("select value from range(0, 1000) where value >= %s", [10])
                if [row[0] for row in cursor] != list(range(10, 1000)):
                    yield "pg: a named cursor of psycopg loses rows"
                if [column.name for column in cursor.description] != ["value"]:
                    yield "pg: a named cursor of psycopg does not know its columns"
    own = psycopg2.connect(host="127.0.0.1", port=port, dbname="koridor", user=user, password=secret)
    with own, own.cursor("judge") as cursor:
        cursor.execute("select value from range(0, 1000) where value >= %s", [10])
        if cursor.fetchmany(3) != [(10,), (11,), (12,)]:
            yield "pg: a named cursor of psycopg2 loses rows"
        cursor.scroll(100)
        if [row[0] for row in cursor] != list(range(113, 1000)):
            yield "pg: a named cursor of psycopg2 does not go on"
    own.close()


def reflection(lake, port, who):
    """The catalogue as SQLAlchemy and pandas see it."""
    user, secret = who
    told = ask(lake, "select table_name from information_schema.tables where table_schema = 'core' order by 1")
    columns = ask(lake, "select column_name from information_schema.columns where table_schema = 'core' and table_name = 'waste_handling' order by ordinal_position")
    for driver in ("psycopg", "psycopg2"):
        engine = sqlalchemy.create_engine(f"postgresql+{driver}://{user}:{secret}@127.0.0.1:{port}/koridor")
        seen = sqlalchemy.inspect(engine)
        if not {"core", "indicators", "ref", "ops"} <= set(seen.get_schema_names()):
            yield f"{driver}: SQLAlchemy sees {seen.get_schema_names()}"
        if not set(seen.get_table_names("core")) <= {name for (name,) in told} or "waste_handling" not in seen.get_table_names("core"):
            yield f"{driver}: SQLAlchemy sees other tables than the lake has"
        found = seen.get_columns("waste_handling", "core")
        if [own["name"] for own in found] != [name for (name,) in columns]:
            yield f"{driver}: SQLAlchemy sees other columns"
        kinds = {own["name"]: str(own["type"]) for own in found}
        if (kinds["region_code"], kinds["period_month"], kinds["src_row"]) != ("TEXT", "DATE", "BIGINT"):
            yield f"{driver}: SQLAlchemy sees other types: {kinds}"
        if not any(own["comment"] for own in found) or not seen.get_table_comment("waste_handling", "core")["text"]:
            yield f"{driver}: SQLAlchemy sees no comments"
        nothing = [seen.get_foreign_keys("waste_handling", "core"), seen.get_indexes("waste_handling", "core"), seen.get_view_names("core"),
                   seen.get_check_constraints("waste_handling", "core"), seen.get_pk_constraint("waste_handling", "core")["constrained_columns"]]
        if any(nothing):
            yield f"{driver}: SQLAlchemy sees keys or views that are not there: {nothing}"
        table = sqlalchemy.Table("waste_handling", sqlalchemy.MetaData(), schema="core", autoload_with=engine)
        with engine.connect() as own:
            asked = sqlalchemy.select(sqlalchemy.func.count()).select_from(table).where(table.c.region_code == "7407")
            if own.execute(asked).scalar() == 0:
                yield f"{driver}: SQLAlchemy finds no rows of core.waste_handling"
            (count,) = own.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)).one()
        frame = pandas.read_sql_table("waste_handling", engine, schema="core")
        if frame.shape != (count, len(columns)):
            yield f"{driver}: pandas reads {frame.shape}"
        frame = pandas.read_sql("select region_code, reduced_ton from core.waste_handling where region_code = %(region)s", engine, params={"region": "7407"})
        if set(frame.region_code) != {"7407"}:
            yield f"{driver}: pandas reads rows of {set(frame.region_code)}"
        engine.dispose()


def taken(result):
    """The rows of a result of JDBC."""
    count = result.getMetaData().getColumnCount()
    rows = []
    while result.next():
        rows.append([None if (own := result.getObject(at)) is None else str(own) for at in range(1, count + 1)])
    return rows


def jdbc(port, who, jar):
    """The driver of PostgreSQL for Java, with values sent as bytes from the first."""
    jpype.startJVM(classpath=[jar])
    java = jpype.JPackage("java")
    given = java.util.Properties()
    for name, value in {"user": who[0], "password": who[1], "prepareThreshold": "1"}.items():
        given.setProperty(name, value)
    own = java.sql.DriverManager.getConnection(f"jdbc:postgresql://127.0.0.1:{port}/koridor", given)
    told = own.getMetaData()
    any_of = jpype.JArray(jpype.JString)(["TABLE"])
    if "core" not in [row[0] for row in taken(told.getSchemas())]:
        yield "JDBC: no schema core"
    tables = {row[2]: row[4] for row in taken(told.getTables(None, "core", "%", any_of))}
    if not tables.get("waste_handling"):
        yield "JDBC: no table core.waste_handling, or no comment of it"
    columns = {row[3]: row[5] for row in taken(told.getColumns(None, "core", "waste_handling", "%"))}
    if (columns.get("region_code"), columns.get("period_month"), columns.get("src_row")) != ("text", "date", "int8"):
        yield f"JDBC: other columns: {columns}"
    if not {"int8", "text", "numeric", "date"} <= {row[0] for row in taken(told.getTypeInfo())}:
        yield "JDBC: types are missing"
    for name, rows in {"keys": told.getPrimaryKeys(None, "core", "waste_handling"), "indexes": told.getIndexInfo(None, "core", "waste_handling", False, True),
                       "imported keys": told.getImportedKeys(None, "core", "waste_handling"), "exported keys": told.getExportedKeys(None, "core", "waste_handling"),
                       "functions": told.getFunctions(None, "core", "%"), "procedures": told.getProcedures(None, "core", "%")}.items():
        if taken(rows):
            yield f"JDBC: {name} that are not there"
    asked = own.prepareStatement("select region_code, src_row from core.waste_handling where region_code = ? and src_row >= ? and period_month <= ?")
    for _ in range(3):
        asked.setString(1, "7407")
        asked.setLong(2, 0)
        asked.setDate(3, java.sql.Date.valueOf("2100-01-01"))
        if {row[0] for row in taken(asked.executeQuery())} != {"7407"}:
            yield "JDBC: a prepared statement gives other rows"
    values = own.prepareStatement("select cast(1 as smallint) as a, 2 as b, cast(3 as bigint) as c, cast(1.5 as real) as d, cast(2.5 as double) as e, "
                                  "cast(2.50 as decimal(9, 2)) as f, 'é' as g, true as h, date '2024-02-29' as i, timestamp '2024-02-29 01:02:03' as j, null as k")
    wanted = [["1", "2", "3", "1.5", "2.5", "2.50", "é", "True", "2024-02-29", "2024-02-29 01:02:03.0", None]]
    for _ in range(3):
        if (found := taken(values.executeQuery())) != wanted:
            yield f"JDBC: other values: {found}"
    own.setAutoCommit(False)
    some = own.createStatement()
    some.setFetchSize(50)
    if len(taken(some.executeQuery("select value from range(0, 1000)"))) != 1000:
        yield "JDBC: rows are lost where they are taken fifty at a time"
    own.commit()
    own.setAutoCommit(True)
    own.setReadOnly(True)
    for name, prepare in {"a time-out": lambda own: own.setQueryTimeout(1), "cancel": lambda own: threading.Timer(0.5, own.cancel).start()}.items():
        some = own.createStatement()
        prepare(some)
        try:
            some.executeQuery(ENDLESS)
            yield f"JDBC: {name} is not heard"
        except java.sql.SQLException as error:
            if error.getSQLState() != "57014":
                yield f"JDBC: {name}: {error}"
    try:
        own.createStatement().executeUpdate("insert into core.waste_handling (region_code) values ('x')")
        yield "JDBC: writes"
    except java.sql.SQLException:
        pass
    own.close()


def keys(lake, port, region, secrets):
    with psycopg.connect(host="127.0.0.1", port=port, dbname="koridor", user="open", autocommit=True) as own:
        for table in ["core.waste_handling", "core.sapa_case", "silver.sapa_case", "indicators.full_values", "ops.files"]:
            if refused(own, f"select * from {table}") != "42501":
                yield f"open: {table} is given, or refused in other words"
        if own.execute("select count(*) from indicators.values").fetchone()[0] == 0:
            yield "open: nothing is published"
    user, secret = region
    with psycopg.connect(host="127.0.0.1", port=port, dbname="koridor", user=user, password=secret, autocommit=True) as own:
        if own.execute("select distinct region_code from core.waste_handling").fetchall() != [("7407",)]:
            yield "a key of one region sees rows of others"
        if own.execute("select count(distinct region_code) from indicators.values").fetchone()[0] < 3:
            yield "a key of one region sees published values of no other"
    for user, wrong in [("open", "x"), (region[0], "x"), ("nobody", "x"), (secret, "x"), (region[0], secret[:-1])]:
        try:
            psycopg.connect(host="127.0.0.1", port=port, dbname="koridor", user=user, password=wrong).close()
            if user != "open":
                yield "a wrong key comes in"
        except psycopg.OperationalError as error:
            if any(own in str(error) for own in secrets):
                yield "an error tells a key"


def flight_sql(lake, port, who, region):
    address = f"grpc://127.0.0.1:{port}"
    header = "adbc.flight.sql.authorization_header"
    with flight.connect(address, db_kwargs={header: f"Bearer {who[1]}"}, autocommit=True) as own, own.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
            if not same(cursor.fetchall(), ask(lake, statement)):
                yield f"flight differs: {statement}"
        for statement in REFUSED:
            try:
                cursor.execute(statement)
                cursor.fetchall()
                yield f"flight lets through: {statement}"
            except flight.Error:
                pass
        cursor.execute("select name from ref.region where code = $1", ["7401"])
        if cursor.fetchall() != [("Kabupaten Buton",)]:
            yield "flight: a parameter does not reach its statement"
        cursor.execute("select value from range(0, 3000000)")
        if sum(len(batch) for batch in cursor.fetch_record_batch()) != 3_000_000:
            yield "flight: rows are lost"
        if "koridor" not in str(own.adbc_get_objects(depth="tables").read_all()):
            yield "flight: no catalogue"
    with flight.connect(address, db_kwargs={header: f"Bearer {region[1]}"}, autocommit=True) as own, own.cursor() as cursor:
        cursor.execute("select distinct region_code from core.waste_handling")
        if cursor.fetchall() != [("7407",)]:
            yield "flight: a key of one region sees rows of others"
    with flight.connect(address, autocommit=True) as own, own.cursor() as cursor:
        try:
            cursor.execute("select * from core.waste_handling")
            cursor.fetchall()
            yield "flight: anybody sees rows"
        except flight.Error:
            pass
    try:
        with flight.connect(address, db_kwargs={header: "Bearer koridor_0123456789ab_x"}, autocommit=True) as own, own.cursor() as cursor:
            cursor.execute("select 1")
            yield "flight: a wrong key comes in"
    except flight.Error:
        pass


def main():
    with tempfile.TemporaryDirectory() as folder:
        lake = str(pathlib.Path(folder) / "lake")
        shutil.copytree(sample, lake)
        analyst = key(lake, "--name", "Judge", "--role", "analyst")
        region = key(lake, "--name", "Judge of a region", "--role", "analyst", "--region", "7407")
        pg, arrow = free(), free()
        log = pathlib.Path(folder) / "log"
        with log.open("w") as told:
            doors = ["--pg", f"127.0.0.1:{pg}", "--flight", f"127.0.0.1:{arrow}", "--anonymous"]
            server = subprocess.Popen([koridor, "--lake", lake, "serve", *doors], stdout=told, stderr=told)
        try:
            for port in (pg, arrow):
                for _ in range(300):
                    with socket.socket() as own:
                        if own.connect_ex(("127.0.0.1", port)) == 0:
                            break
                    time.sleep(0.1)
            secrets = [own[1].split("_")[2] for own in (analyst, region)]
            wrong = [*postgres(lake, pg, analyst), *keys(lake, pg, region, secrets), *flight_sql(lake, arrow, analyst, region)]
            if arguments.jdbc:
                wrong += jdbc(pg, analyst, arguments.jdbc)
            server.terminate()
            if server.wait(30) != 0:
                wrong.append("the doors do not close when they are told to")
            if re.search("|".join(secrets), log.read_text()):
                wrong.append("a key stands in the log")
        finally:
            server.kill()
    for own in wrong:
        print(f"WRONG: {own}")
    java = "JDBC too" if arguments.jdbc else "JDBC not judged"
    print(f"doors: {len(STATEMENTS)} statements through 2 doors, {len(REFUSED)} refused on each, {java}, {len(wrong)} wrong")
    return 1 if wrong else 0


sys.exit(main())
