"""Runs deploy/clickhouse in ClickHouse's own engine as a library, over the records of a topic.

usage: read_records.py FOLDER < RECORDS; a record a line: {"record": text, "_partition": 0, "_offset": 0, "_timestamp_ms": ms};
prints one JSON object with a list of rows for each query

The library has no background threads, which its Kafka engine needs: of that table's statement only the syntax is checked, and a table with
the same columns and Kafka's virtual ones is put in its place.
"""
import json
import pathlib
import re
import sys
import tempfile

from chdb.session import Session

folder = sys.argv[1]
records = [json.loads(line) for line in sys.stdin if line.strip()]
session = Session(tempfile.mkdtemp())


def without_comments(sql):
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))


def statements(name):
    sql = without_comments(pathlib.Path(folder, name).read_text())
    return [statement.strip() for statement in sql.split(";") if statement.strip()]


def rows(sql):
    text = str(session.query(sql, "JSONEachRow"))
    return [json.loads(line) for line in text.splitlines() if line]


session.query("create database agent_actions")
for statement in statements("tables.sql"):
    session.query(statement)
queue, *views = statements("kafka.sql")
session.query("explain ast " + queue)
session.query(
    "create table agent_actions.queue (record String, _partition Int64, _offset Int64, _timestamp_ms DateTime64(3)) engine = Null"
)
for statement in views:
    session.query(statement)
# In parts: what is one event in two inserts meets only when it is merged.
for begin in range(0, len(records), 100):
    values = "\n".join(json.dumps(record) for record in records[begin : begin + 100])
    session.query(f"insert into agent_actions.queue format JSONEachRow {values}")

named = re.split(r"^-- (.+)$", pathlib.Path(folder, "queries.sql").read_text(), flags=re.M)
results = {
    "actions": rows(
        "select id, correlation_id, toString(created_at) as created_at, agent_name, action_type, action_name, status, duration_ms"
        " from agent_actions.agent_actions final order by id"
    ),
    "rejected": rows("select kafka_offset, reason from agent_actions.rejected final order by kafka_offset"),
}
run = results["actions"][0]["correlation_id"]
for name, sql in zip(named[3::2], named[4::2]):
    sql = sql.strip().rstrip(";").replace("{run: UUID}", f"toUUID('{run}')").replace("{text: String}", "'README'")
    results[name] = rows(sql)
json.dump(results, sys.stdout)
