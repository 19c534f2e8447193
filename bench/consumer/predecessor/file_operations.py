"""What tool calls did to files, as rows of agent_file_operations: written after the batch of their actions, in a thread with a connection of its own.

As with actions, each is an INSERT of its own, and those of a batch are sent together by execute_batch and committed in one transaction. The main
loop does not wait for them, unless a queue of ten batches is full.
"""

import hashlib
import json
import os.path
import queue
import sys
import threading

import psycopg2
from psycopg2.extras import execute_batch

TOOLS = {"read", "write", "edit", "glob", "grep", "delete"}
QUEUED_BATCHES = 10

INSERT = """
    insert into agent_file_operations (action_id, correlation_id, agent_name, operation_type, file_path, file_path_hash, file_name, file_extension,
        content_hash_before, content_hash_after, content_changed, tool_name, line_range, operation_params, success, error_message, bytes_read,
        bytes_written, duration_ms, created_at)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def operation_of(event, row):
    """The row of a call of one of these tools that names a file; None of anything else."""
    operation = event.get("action_name", "").lower()
    if event.get("action_type") != "tool_call" or operation not in TOOLS:
        return None
    details = event.get("action_details", {})
    parameters = details.get("tool_parameters", {})
    path = parameters.get("file_path") or parameters.get("path") or details.get("file_path")
    if path is None:
        return None
    name = os.path.basename(path)
    before = details.get("content_hash_before")
    after = details.get("content_hash_after")
    return (
        row[0],
        row[1],
        event.get("agent_name"),
        operation,
        path,
        hashlib.sha256(path.encode()).hexdigest(),
        name,
        os.path.splitext(name)[1].lstrip(".").lower(),
        before,
        after,
        None if before is None or after is None else before != after,
        event.get("action_name"),
        json.dumps(details["line_range"]) if "line_range" in details else None,
        json.dumps(parameters),
        details.get("success"),
        details.get("error_message"),
        details.get("bytes_read"),
        details.get("bytes_written"),
        event.get("duration_ms"),
        event.get("timestamp"),
    )


class FileOperations:
    def __init__(self, database_url, on_batch):
        """on_batch is called with the facts of a batch when all of its operations are committed."""
        self.connection = psycopg2.connect(database_url)
        self.on_batch = on_batch
        self.queue = queue.Queue(QUEUED_BATCHES)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def add(self, events, rows, facts):
        found = (operation_of(event, row) for (_, event), row in zip(events, rows))
        self.queue.put(([operation for operation in found if operation is not None], facts))

    def run(self):
        for operations, facts in iter(self.queue.get, None):
            written = self.write(operations)
            self.on_batch({**facts, "file_operations": written})

    def write(self, operations):
        try:
            with self.connection.cursor() as cursor:
                execute_batch(cursor, INSERT, operations)
            self.connection.commit()
            return len(operations)
        except psycopg2.Error as error:
            # They are lost then, and the benchmark counts them.
            print(f"file operations were not written: {error}", file=sys.stderr)
            self.connection.rollback()
            return 0

    def close(self):
        self.queue.put(None)
        self.thread.join()
        self.connection.close()
