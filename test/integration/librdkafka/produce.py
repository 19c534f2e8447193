"""Writes one action for each line of standard input: produce.py BROKERS TOPIC COMPRESSION, with librdkafka's own codecs."""

import sys

from confluent_kafka import Producer

brokers, topic, compression = sys.argv[1:4]
failures = []
producer = Producer(
    {
        "bootstrap.servers": brokers,
        "compression.type": compression,
        "enable.idempotence": True,
        # So that they share batches.
        "linger.ms": 200,
    }
)
for line in sys.stdin:
    producer.produce(
        topic,
        value=line.strip(),
        on_delivery=lambda error, _: error and failures.append(str(error)),
    )
left = producer.flush(60)
if left or failures:
    sys.exit(f"{left} not sent, {failures[:3]}")
