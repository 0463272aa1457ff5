package io.sagitta.storage.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * The way to a field: its name, or names from the outermost object inwards.
 *
 * @param names at least one, none empty
 */
public record FieldPath(List<String> names) {
  /** Names within each other at most. */
  static final int MAX_NAMES = 64;

  /** Copies and checks the names. */
  public FieldPath {
    names = List.copyOf(names);
    if (names.isEmpty() || names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "field path has " + names.size() + " names, must have 1 to " + MAX_NAMES);
    }
    for (String name : names) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("field path " + names + " has an empty name");
      }
    }
  }

  /** The path that a text with dots stands for; names in backquotes may hold dots. */
  static FieldPath of(String text) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '`' && quoted && text.startsWith("``", i)) {
        name.append(c);
        i++;
      } else if (c == '`') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException(
          "field \"" + text + "\" has a backquote without its match");
    }
    names.add(name.toString());
    return new FieldPath(names);
  }

  static boolean isPlain(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '-';
  }

  /** The path with dots, names in backquotes where they need them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      if (!text.isEmpty()) {
        text.append('.');
      }
      boolean plain =
          !FilterParser.isKeyword(name)
              && (Character.isLetter(name.charAt(0)) || name.charAt(0) == '_');
      for (int i = 0; plain && i < name.length(); i++) {
        plain = isPlain(name.charAt(i));
      }
      text.append(plain ? name : '`' + name.replace("`", "``") + '`');
    }
    return text.toString();
  }
}
