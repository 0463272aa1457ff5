package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  @Test
  void defaultsAreTheOnesOfTheOrigin() {
    VectorStorageConfig config = VectorStorageConfig.builder(768).build();
    assertThat(config.metric()).isEqualTo(SimilarityMetric.COSINE);
    assertThat(config.similarityThreshold()).isEqualTo(0.8f);
    assertThat(config.maxVectors()).isEqualTo(1_000_000);
    assertThat(config.durability()).isEqualTo(Durability.OS);
    assertThat(config.path()).isNull();
    assertThat(PoolConfig.DEFAULT)
        .isEqualTo(
            new PoolConfig(
                2, 10, Duration.ofSeconds(300), Duration.ofSeconds(3600), Duration.ofSeconds(60)));
    assertThat(ResourceQuota.DEFAULT)
        .isEqualTo(new ResourceQuota(4L << 30, 1_000_000, 10_000, 100, 4_096));
  }

  @Test
  void mapAndJsonComeBackAsTheyWere() {
    VectorStorageConfig config =
        VectorStorageConfig.builder(128)
            .indexType("IVF64,Flat")
            .metric(SimilarityMetric.L2)
            .similarityThreshold(0.123)
            .maxVectors(5_000_000_000L)
            .path(Path.of("some", "where"))
            .autoSave(false)
            .durability(Durability.FSYNC)
            .metadataStore("chronicle")
            .logSegmentBytes(1 << 20)
            .snapshotLogBytes(77)
            .build();
    assertThat(VectorStorageConfig.fromMap(config.toMap())).isEqualTo(config);
    assertThat(VectorStorageConfig.fromJson(config.toJson())).isEqualTo(config);
    assertThat(config.toBuilder().build()).isEqualTo(config);
    assertThat(VectorStorageConfig.fromMap(Map.of("dimension", 3)))
        .isEqualTo(VectorStorageConfig.builder(3).build());
    VectorStorageConfig disk = VectorStorageConfig.createDefault(Path.of("base"), 512);
    assertThat(disk.path()).isEqualTo(Path.of("base", "vectors"));
    assertThat(disk.indexType()).isEqualTo("hnsw");
    assertThat(VectorStorageConfig.fromJson(disk.toJson())).isEqualTo(disk);
  }

  @ParameterizedTest
  @CsvSource({
    "dimension,0",
    "dimension,65537",
    "dimension,-3",
    "dimension,twelve",
    "indexType,' '",
    "metric,manhattan",
    "similarityThreshold,1.5",
    "similarityThreshold,high",
    "maxVectors,0",
    "autoSave,maybe",
    "durability,eternal",
    "metadataStore,' '",
    "logSegmentBytes,10",
    "snapshotLogBytes,0",
    "colour,red"
  })
  void nonsenseIsRefusedWithTheFieldsName(String field, String text) {
    Object value = text.matches("-?\\d+") ? Long.valueOf(text) : text.equals("1.5") ? 1.5 : text;
    Map<String, Object> map =
        field.equals("dimension") ? Map.of(field, value) : Map.of("dimension", 4, field, value);
    assertThatThrownBy(() -> VectorStorageConfig.fromMap(map))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(field);
  }

  @Test
  void aDimensionIsRequired() {
    assertThatThrownBy(() -> VectorStorageConfig.fromMap(Map.of("indexType", "flat")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dimension");
  }

  @Test
  void measuresOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> PoolConfig.DEFAULT.withSizes(-1, 3)).hasMessageContaining("minSize");
    assertThatThrownBy(() -> PoolConfig.DEFAULT.withSizes(0, 0)).hasMessageContaining("maxSize");
    assertThatThrownBy(() -> PoolConfig.DEFAULT.withSizes(5, 3)).hasMessageContaining("minSize");
    assertThatThrownBy(() -> PoolConfig.DEFAULT.withMaxIdleTime(Duration.ZERO))
        .hasMessageContaining("maxIdleTime");
    assertThatThrownBy(() -> ResourceQuota.DEFAULT.withMaxVectors(0))
        .hasMessageContaining("maxVectors");
    assertThatThrownBy(() -> ResourceQuota.DEFAULT.withMaxMemoryBytes(-1))
        .hasMessageContaining("maxMemoryBytes");
  }

  @Test
  void metadataGoesThroughMapAndJson() {
    VectorMetadata metadata =
        VectorMetadata.of("scene", Instant.parse("2026-01-31T12:00:00.5Z"), "clip")
            .withConfidence(0.5)
            .withSourceFrame(9)
            .withDuration(2.25)
            .with("camera", Map.of("lens", "wide"));
    assertThat(VectorMetadata.fromMap(metadata.toMap())).isEqualTo(metadata);
    assertThat(VectorMetadata.fromJson(metadata.toJson())).isEqualTo(metadata);
  }

  @Test
  void metadataWithoutItsFieldsIsRefused() {
    Instant now = Instant.EPOCH;
    assertThatThrownBy(() -> VectorMetadata.of(" ", now, "m")).hasMessageContaining("type");
    assertThatThrownBy(() -> VectorMetadata.of("t", now, "")).hasMessageContaining("modelVersion");
    VectorMetadata plain = VectorMetadata.of("t", now, "m");
    assertThatThrownBy(() -> plain.with("type", "x")).hasMessageContaining("type");
    assertThatThrownBy(() -> plain.withConfidence(Double.NaN)).hasMessageContaining("confidence");
    assertThatThrownBy(() -> plain.withSourceFrame(-1)).hasMessageContaining("sourceFrame");
    assertThatThrownBy(() -> plain.withDuration(-0.5)).hasMessageContaining("duration");
    assertThatThrownBy(() -> VectorMetadata.fromMap(Map.of("type", "t")))
        .hasMessageContaining("timestamp");
    assertThatThrownBy(() -> VectorMetadata.fromJson("{\"type\":1}")).hasMessageContaining("type");
  }

  @Test
  void similarityFallsAsDistanceGrows() {
    for (SimilarityMetric metric : SimilarityMetric.values()) {
      float near = metric == SimilarityMetric.L2 ? 0.1f : 0.9f;
      float far = metric == SimilarityMetric.L2 ? 0.9f : 0.1f;
      assertThat(metric.similarity(near)).isGreaterThan(metric.similarity(far));
      assertThat(metric.distance(near)).isLessThan(metric.distance(far));
      assertThat(SimilarityMetric.parse(metric.text())).isEqualTo(metric);
    }
    assertThat(SimilarityMetric.COSINE.similarity(1.0000001f)).isEqualTo(1f);
    assertThat(SimilarityMetric.L2.similarity(-1e-9f)).isEqualTo(1f);
  }
}
