package dev.fallbackbridge.keycloak.watch;

/**
 * Makes text that a browser sent fit to be stored and shown: no control, formatting or direction characters, no line
 * breaks, at most a given number of characters. It stays untrusted and must still be escaped where it is rendered.
 */
public final class HostileText {

  /** The longest detail of a failure, in UTF-16 units, that is kept anywhere. */
  public static final int MAX_DETAIL = 200;

  private HostileText() {}

  /** The text without what could break or disguise a line, cut at {@value #MAX_DETAIL}; never null. */
  public static String tame(String raw) {
    return tame(raw, MAX_DETAIL);
  }

  /** The text without what could break or disguise a line, cut at {@code limit} UTF-16 units; never null. */
  public static String tame(String raw, int limit) {
    if (raw == null) {
      return "";
    }
    StringBuilder kept = new StringBuilder(Math.min(raw.length(), limit));
    for (int at = 0; at < raw.length() && kept.length() < limit; ) {
      int character = raw.codePointAt(at);
      at += Character.charCount(character);
      if (isPlain(character) && kept.length() + Character.charCount(character) <= limit) {
        kept.appendCodePoint(character);
      }
    }
    return kept.toString();
  }

  private static boolean isPlain(int character) {
    switch (Character.getType(character)) {
      case Character.CONTROL:
      case Character.FORMAT:
      case Character.SURROGATE:
      case Character.PRIVATE_USE:
      case Character.UNASSIGNED:
      case Character.LINE_SEPARATOR:
      case Character.PARAGRAPH_SEPARATOR:
        return false;
      default:
        return true;
    }
  }
}
