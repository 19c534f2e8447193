#!/bin/sh
# The smallest set of rights that agents and the consumer need; every name can be given by the environment.
#   sh kafka-acls.sh --bootstrap-server kafka-1:9093 --command-config admin.properties
# kafka-acls.sh of Kafka has to be on the PATH.
set -eu

agent=${AGENT_PRINCIPAL:-User:agent}
consumer=${CONSUMER_PRINCIPAL:-User:consumer}
group=${KAFKA_GROUP_ID:-agent-observability-postgres}
dead_letters=${AGENT_ACTIONS_TOPIC_DEAD_LETTER:-agent-observability-dlq}

topics="--topic ${AGENT_ACTIONS_TOPIC_ACTION:-agent-actions}
  --topic ${AGENT_ACTIONS_TOPIC_SPAN_ATTRIBUTION:-agent-action-span-attributions}
  --topic ${AGENT_ACTIONS_TOPIC_ROUTING_DECISION:-onex.evt.omniclaude.routing-decision.v1}
  --topic ${AGENT_ACTIONS_TOPIC_TRANSFORMATION:-agent-transformation-events}
  --topic ${AGENT_ACTIONS_TOPIC_ROUTER_PERFORMANCE:-router-performance-metrics}
  --topic ${AGENT_ACTIONS_TOPIC_DETECTION_FAILURE:-agent-detection-failures}
  --topic ${AGENT_ACTIONS_TOPIC_EXECUTION:-agent-execution-logs}
  --topic ${AGENT_ACTIONS_TOPIC_LABEL:-agent-action-labels}
  --topic ${AGENT_ACTIONS_TOPIC_PRODUCER_HEARTBEAT:-agent-producer-heartbeats}"

acl() { kafka-acls.sh "$@"; }
# shellcheck disable=SC2086 # $topics is a list of options
{
  acl "$@" --add --allow-principal "$agent" $topics --operation Write --operation Describe
  acl "$@" --add --allow-principal "$consumer" $topics --operation Read --operation Describe
  acl "$@" --add --allow-principal "$consumer" --group "$group" --operation Read
  acl "$@" --add --allow-principal "$consumer" --topic "$dead_letters" --operation Write --operation Describe
}
