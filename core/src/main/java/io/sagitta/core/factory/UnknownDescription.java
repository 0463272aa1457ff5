package io.sagitta.core.factory;

import java.util.List;

/** Says what is wrong with a factory string that nobody can build. */
final class UnknownDescription {
  private UnknownDescription() {}

  static String message(String text, List<IndexFactoryPart> parts) {
    String nearest = "";
    int best = Integer.MAX_VALUE;
    StringBuilder all = new StringBuilder();
    for (IndexFactoryPart p : parts) {
      for (String e : p.examples()) {
        all.append(all.isEmpty() ? "" : ", ").append(e);
        int distance = editDistance(text, e);
        if (distance < best) {
          best = distance;
          nearest = e;
        }
      }
    }
    return "unknown index description \""
        + text
        + "\""
        + (nearest.isEmpty() ? "" : "; the nearest known form is \"" + nearest + "\"")
        + "; known: "
        + all;
  }

  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + same);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
