"""The consumer that was there before this package, in its own language and with its own libraries: kafka-python and psycopg2.

A batch is what one poll returns, at most 100 messages or one second. Each message is parsed and becomes an INSERT of its own; those of a batch are
sent together by execute_batch and committed in one transaction, then the offsets are committed. Ids are random, as they are there, so a batch
that comes again is in the table twice. File operations, which it writes in threads of their own, are left out, and so is its health endpoint.

Its one argument is JSON: brokers, topic, groupId, databaseUrl. Prints "ready" when it has its partitions, then after each batch how many
messages are committed. Ends when its standard input does.
"""

import hashlib
import json
import sys
import threading
import uuid

import psycopg2
from kafka import KafkaConsumer
from psycopg2.extras import execute_batch

BATCH_SIZE = 100
BATCH_MILLIS = 1_000

INSERT = """
    insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, debug_mode, duration_ms, created_at,
        project_path, project_name, working_directory)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict do nothing
"""


def row_of(event):
    return (
        str(uuid.uuid4()),
        # Its column takes a UUID; the benchmark's runs have names.
        hashlib.md5(event["correlation_id"].encode()).hexdigest(),
        event.get("agent_name"),
        event.get("action_type"),
        event.get("action_name"),
        json.dumps(event.get("action_details", {})),
        event.get("debug_mode", True),
        event.get("duration_ms"),
        event.get("timestamp"),
        event.get("project_path"),
        event.get("project_name"),
        event.get("working_directory"),
    )


def insert(connection, events):
    with connection.cursor() as cursor:
        execute_batch(cursor, INSERT, [row_of(event) for event in events], page_size=BATCH_SIZE)
    connection.commit()


def say(text):
    print(text, flush=True)


def main():
    order = json.loads(sys.argv[1])
    connection = psycopg2.connect(order["databaseUrl"])
    consumer = KafkaConsumer(
        order["topic"],
        bootstrap_servers=order["brokers"].split(","),
        group_id=order["groupId"],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=BATCH_SIZE,
        value_deserializer=lambda value: json.loads(value.decode("utf-8")),
    )
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    is_ready = False
    committed = 0
    while not ended.is_set():
        batches = consumer.poll(timeout_ms=BATCH_MILLIS, max_records=BATCH_SIZE)
        if not is_ready and consumer.assignment():
            is_ready = True
            say("ready")
        events = [message.value for messages in batches.values() for message in messages]
        if not events:
            continue
        insert(connection, events)
        consumer.commit()
        committed += len(events)
        say(committed)
    consumer.close()
    connection.close()


main()
