package io.sagitta.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An index that lives in a {@link FaissProcess}. Parameters are the JSON of {@code faiss_params.py}
 * (see {@link ParametersJson}), null for none. Thread contract as {@link FaissProcess}.
 */
public final class FaissIndex implements AutoCloseable {
  private final FaissProcess faiss;
  private final long handle;
  private final String type;

  private FaissIndex(FaissProcess faiss, FaissAnswer made) {
    this.faiss = faiss;
    this.handle = made.whole("handle");
    this.type = made.text("class");
  }

  /** FAISS's {@code index_factory}. */
  public static FaissIndex create(
      FaissProcess faiss, int d, String factory, MetricType metric, float metricArg) {
    return new FaissIndex(
        faiss,
        faiss.call(
            FaissRequest.of("factory")
                .with("d", d)
                .with("factory", factory)
                .with("metric", metric.code())
                .with("metric_arg", metricArg)));
  }

  /** An index that a Python expression over {@code faiss} makes; see {@code op_eval}. */
  public static FaissIndex evaluate(FaissProcess faiss, FaissRequest eval) {
    return new FaissIndex(faiss, faiss.call(eval));
  }

  /** FAISS's {@code deserialize_index}. */
  public static FaissIndex fromBytes(FaissProcess faiss, byte[] file) {
    return new FaissIndex(faiss, faiss.call(FaissRequest.of("read").array("bytes", file)));
  }

  /** FAISS's {@code read_index}. */
  public static FaissIndex read(FaissProcess faiss, Path file) {
    return read(faiss, file, 0);
  }

  /**
   * FAISS's {@code read_index}.
   *
   * @param flags FAISS's, such as 4 for a data file beside the index file
   */
  public static FaissIndex read(FaissProcess faiss, Path file, int flags) {
    return new FaissIndex(
        faiss,
        faiss.call(
            FaissRequest.of("read")
                .with("path", file.toAbsolutePath().toString())
                .with("flags", flags)));
  }

  /** The handle, for requests made by hand. */
  public long handle() {
    return handle;
  }

  /** FAISS's class name. */
  public String type() {
    return type;
  }

  private FaissRequest request(String op) {
    return FaissRequest.of(op).with("index", handle);
  }

  /** Class, d, ntotal, metric, trained. */
  public FaissAnswer describe() {
    return faiss.call(request("describe"));
  }

  /** Number of vectors. */
  public long ntotal() {
    return describe().whole("ntotal");
  }

  /** Trains; answers seconds. */
  public double train(Vectors x) {
    return faiss.call(request("train").array("x", x)).number("seconds");
  }

  /** Adds; answers seconds. */
  public double add(Vectors x) {
    return faiss.call(request("add").array("x", x)).number("seconds");
  }

  /** Adds under ids; answers seconds. */
  public double addWithIds(Vectors x, long[] ids) {
    return faiss.call(request("add").array("x", x).array("ids", ids)).number("seconds");
  }

  /** {@code ParameterSpace().set_index_parameters}. */
  public void set(String parameters) {
    faiss.call(request("set").with("params", parameters));
  }

  /** Sets a dotted attribute, such as {@code hnsw.efConstruction}. */
  public void setAttribute(String name, Object value) {
    faiss.call(request("set_attr").with("name", name).with("value", value));
  }

  /** Arrays {@code ids} and {@code distances}, nq × k. */
  public FaissAnswer search(Vectors queries, int k, @Nullable JsonNode parameters) {
    FaissRequest r = request("search").with("k", k).array("x", queries);
    return faiss.call(parameters == null ? r : r.with("params", parameters));
  }

  /** Arrays {@code lims}, {@code ids} and {@code distances}. */
  public FaissAnswer rangeSearch(Vectors queries, float radius, @Nullable JsonNode parameters) {
    FaissRequest r = request("range_search").with("radius", radius).array("x", queries);
    return faiss.call(parameters == null ? r : r.with("params", parameters));
  }

  /** The decoded vectors of ids, ids.length × d. */
  public float[] reconstruct(long... ids) {
    return faiss.call(request("reconstruct").array("keys", ids)).floats("x");
  }

  /** Removes the members of a selector (JSON of {@code faiss_params.py}); answers how many. */
  public long remove(JsonNode selector) {
    return faiss.call(request("remove_ids").with("sel", selector)).whole("removed");
  }

  /** Codes of vectors. */
  public byte[] encode(Vectors x) {
    return faiss.call(request("sa_encode").array("x", x)).bytes("codes");
  }

  /** The index file as bytes. */
  public byte[] toBytes() {
    return faiss.call(request("write")).bytes("bytes");
  }

  /** Writes the index file. */
  public void write(Path file) {
    faiss.call(request("write").with("path", file.toAbsolutePath().toString()));
  }

  /** Frees the index in the process; nothing if the process has ended. */
  @Override
  public void close() {
    if (faiss.isUsable()) {
      faiss.call(request("free"));
    }
  }
}
