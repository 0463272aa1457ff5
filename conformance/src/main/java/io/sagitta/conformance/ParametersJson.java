package io.sagitta.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorAll;
import io.sagitta.core.IDSelectorAnd;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorBitmap;
import io.sagitta.core.IDSelectorNot;
import io.sagitta.core.IDSelectorOr;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.IDSelectorXOr;
import io.sagitta.core.Index;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.hnsw.IndexHNSW;
import java.util.Map;

/**
 * Search parameters and selectors as the JSON that {@code faiss_params.py} takes, so that FAISS and
 * Sagitta are asked the same.
 */
public final class ParametersJson {
  private ParametersJson() {}

  /** Sagitta's parameters of a JSON object. */
  public static SearchParameters parameters(JsonNode json) {
    SearchParameters.Builder out = SearchParameters.builder();
    SearchParameters.Builder quantizer = SearchParameters.builder();
    boolean inner = false;
    for (Map.Entry<String, JsonNode> e : json.properties()) {
      if (e.getKey().equals("sel")) {
        out.selector(selector(e.getValue()));
      } else if (e.getKey().startsWith("quantizer_")) {
        SearchKey key = SearchKey.ofKey(e.getKey().substring("quantizer_".length()));
        quantizer.set(key, value(key, e.getValue()));
        inner = true;
      } else {
        SearchKey key = SearchKey.ofKey(e.getKey());
        out.set(key, value(key, e.getValue()));
      }
    }
    return (inner ? out.quantizer(quantizer.build()) : out).build();
  }

  /** The JSON of text such as {@code nprobe=8,efSearch=64}. */
  public static ObjectNode ofText(String text) {
    ObjectNode out = FaissRequest.JSON.createObjectNode();
    for (String part : text.split(",")) {
      int eq = part.indexOf('=');
      if (part.isBlank()) {
        continue;
      }
      if (eq < 0) {
        throw new IllegalArgumentException(
            "\"" + part.strip() + "\" is not of the form name=value");
      }
      String name = part.substring(0, eq).strip();
      String value = part.substring(eq + 1).strip();
      switch (value) {
        case "true", "false" -> out.put(name, Boolean.parseBoolean(value));
        default -> {
          if (value.matches("[+-]?\\d+")) {
            out.put(name, Long.parseLong(value));
          } else {
            out.put(name, Double.parseDouble(value));
          }
        }
      }
    }
    return out;
  }

  private static Object value(SearchKey key, JsonNode v) {
    Class<?> type = key.type();
    if (type == Integer.class) {
      return v.asInt();
    } else if (type == Long.class) {
      return v.asLong();
    } else if (type == Float.class) {
      return (float) v.asDouble();
    } else if (type == Boolean.class) {
      return v.isBoolean() ? v.asBoolean() : v.asInt() != 0;
    }
    return v.asText();
  }

  /** The selector of a JSON object; see {@code faiss_params.py} for its form. */
  public static IDSelector selector(JsonNode json) {
    Map.Entry<String, JsonNode> e = json.properties().iterator().next();
    JsonNode v = e.getValue();
    return switch (e.getKey()) {
      case "range" -> new IDSelectorRange(v.get(0).asLong(), v.get(1).asLong());
      case "array" -> new IDSelectorArray(longs(v));
      case "batch" -> new IDSelectorBatch(longs(v));
      case "bitmap" -> {
        byte[] bits = new byte[v.size()];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = (byte) v.get(i).asInt();
        }
        yield new IDSelectorBitmap(bits);
      }
      case "all" -> new IDSelectorAll();
      case "not" -> new IDSelectorNot(selector(v));
      case "and" -> new IDSelectorAnd(selector(v.get(0)), selector(v.get(1)));
      case "or" -> new IDSelectorOr(selector(v.get(0)), selector(v.get(1)));
      case "xor" -> new IDSelectorXOr(selector(v.get(0)), selector(v.get(1)));
      default -> throw new IllegalArgumentException("unknown selector kind \"" + e.getKey() + "\"");
    };
  }

  private static long[] longs(JsonNode v) {
    long[] ids = new long[v.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = v.get(i).asLong();
    }
    return ids;
  }

  /**
   * The parameters under which an index answers as FAISS does: a graph serves a selector better
   * than FAISS unless it is told not to.
   */
  public static SearchParameters likeFaiss(Index index, SearchParameters p) {
    return index instanceof IndexHNSW && p.selector() != null
        ? p.toBuilder().set(SearchKey.FILTER_STRATEGY, "faiss").build()
        : p;
  }
}
