package io.sagitta.conformance.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SplittableRandom;

/** Draws selectors of every kind, as the JSON of faiss_params.py. */
final class SelectorDraw {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SelectorDraw() {}

  /**
   * A selector over ids around [0, n). A range may be empty or stick out, yet starts at n at the
   * latest and ends at 0 at the earliest: FAISS's flat search subtracts the clipped ends as
   * unsigned numbers, and one that lies wholly outside becomes 2^64 - 1 rows (std::bad_alloc, or
   * reading past the vectors). QuirksTest holds what Sagitta does.
   */
  static ObjectNode draw(SplittableRandom random, long n, int depth) {
    ObjectNode out = JSON.createObjectNode();
    int kinds = depth > 0 ? 9 : 5;
    switch (random.nextInt(kinds)) {
      case 0 -> {
        long from = random.nextLong(n + 3) - 2;
        long to = Math.max(from, 0) + random.nextLong(n + 2);
        out.putArray("range").add(from).add(to);
      }
      case 1 -> ids(out.putArray("array"), random, n);
      case 2 -> ids(out.putArray("batch"), random, n);
      case 3 -> {
        ArrayNode bits = out.putArray("bitmap");
        for (long i = random.nextLong(n / 8 + 2); i >= 0; i--) {
          bits.add(random.nextInt(256));
        }
      }
      case 4 -> out.put("all", true);
      case 5 -> out.set("not", draw(random, n, depth - 1));
      case 6 -> pair(out.putArray("and"), random, n, depth);
      case 7 -> pair(out.putArray("or"), random, n, depth);
      default -> pair(out.putArray("xor"), random, n, depth);
    }
    return out;
  }

  private static void pair(ArrayNode out, SplittableRandom random, long n, int depth) {
    out.add(draw(random, n, depth - 1)).add(draw(random, n, depth - 1));
  }

  /**
   * Different ids in random order, all of them present: FAISS stops an array at the first stranger.
   */
  private static void ids(ArrayNode out, SplittableRandom random, long n) {
    for (long id = 0; id < n; id++) {
      if (random.nextInt(3) == 0) {
        out.insert(random.nextInt(out.size() + 1), id);
      }
    }
  }
}
