"""The consumer that was there before this package, in its own language and with its own libraries: kafka-python and psycopg2.

A batch is what one poll returns, at most 100 messages or one second. Each message is parsed and becomes an INSERT of its own; those of a batch are
sent together by execute_batch and committed in one transaction, then the offsets are committed. Ids are random, as they are there, so a batch
that comes again is in the table twice. A batch that is refused is tried again three times, then its messages go to a topic for dead letters, as
those do that are no JSON. Its health endpoint is left out.

File operations are rows of their own, in a thread with a connection of its own: see file_operations.py.

Its one argument is JSON: brokers, topic, groupId, databaseUrl, and fileOperations, whether it writes them. Prints "ready" when it has its
partitions, then a line of JSON for each batch when all of it is committed; "committed" in it is how many messages are. Ends when its standard
input does.
"""

import hashlib
import json
import sys
import threading
import time
import uuid

import psycopg2
from kafka import KafkaConsumer, KafkaProducer
from psycopg2.extras import execute_batch

from file_operations import FileOperations

BATCH_SIZE = 100
BATCH_MILLIS = 1_000
RETRIES = 3

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


def insert(connection, rows):
    with connection.cursor() as cursor:
        execute_batch(cursor, INSERT, rows, page_size=BATCH_SIZE)
    connection.commit()


def insert_with_retries(connection, rows):
    """Returns why the rows could not be written; None when they are."""
    for attempt in range(RETRIES + 1):
        try:
            insert(connection, rows)
            return None
        except psycopg2.Error as error:
            connection.rollback()
            reason = error
            time.sleep(0.1 * 2**attempt)
    return reason


class DeadLetters:
    def __init__(self, brokers, topic):
        self.topic = topic
        self.producer = KafkaProducer(bootstrap_servers=brokers, acks="all")

    def send(self, message, reason):
        letter = {"value": message.value.decode("utf-8", "replace"), "offset": message.offset, "error": str(reason)}
        self.producer.send(self.topic, json.dumps(letter).encode())

    def flush(self):
        self.producer.flush()


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def log_batch(facts):
    say(json.dumps({"level": "info", "message": "batch written", **facts}))


def parsed(messages, dead_letters):
    events = []
    for message in messages:
        try:
            events.append((message, json.loads(message.value.decode("utf-8"))))
        except ValueError as error:
            dead_letters.send(message, error)
    return events


def main():
    order = json.loads(sys.argv[1])
    brokers = order["brokers"].split(",")
    connection = psycopg2.connect(order["databaseUrl"])
    consumer = KafkaConsumer(
        order["topic"],
        bootstrap_servers=brokers,
        group_id=order["groupId"],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=BATCH_SIZE,
    )
    dead_letters = DeadLetters(brokers, order["topic"] + "-dlq")
    files = FileOperations(order["databaseUrl"], log_batch) if order["fileOperations"] else None
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    is_ready = False
    committed = 0
    while not ended.is_set():
        batches = consumer.poll(timeout_ms=BATCH_MILLIS, max_records=BATCH_SIZE)
        if not is_ready and consumer.assignment():
            is_ready = True
            say("ready")
        messages = [message for batch in batches.values() for message in batch]
        if not messages:
            continue
        began = time.monotonic()
        events = parsed(messages, dead_letters)
        rows = [row_of(event) for _, event in events]
        reason = insert_with_retries(connection, rows)
        if reason is not None:
            for message, _ in events:
                dead_letters.send(message, reason)
            events, rows = [], []
        if len(events) < len(messages):
            dead_letters.flush()
        consumer.commit()
        committed += len(messages)
        facts = {
            "actions": len(rows),
            "failed": len(messages) - len(rows),
            "committed": committed,
            "millis": round((time.monotonic() - began) * 1_000),
        }
        if files is None:
            log_batch(facts)
        else:
            files.add(events, rows, facts)
    if files is not None:
        files.close()
    consumer.close()
    dead_letters.producer.close()
    connection.close()


main()
