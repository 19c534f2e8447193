import { KAFKA_VERSION } from "./kafka-libraries.js";

/**
 * A Maven project that stands for "a Kafka broker that can be started with java": the broker with what it needs, and
 * an slf4j binding, without which its log stays empty and a crash is a riddle.
 */
export const KAFKA_POM = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>otel-agent-actions</groupId>
  <artifactId>devstack-kafka</artifactId>
  <version>${KAFKA_VERSION}</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Named in full, so that no other version of the plugin, and no plugin of the default life cycle, is fetched. */
export const COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
