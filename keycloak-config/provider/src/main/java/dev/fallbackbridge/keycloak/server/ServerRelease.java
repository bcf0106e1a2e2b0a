package dev.fallbackbridge.keycloak.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keycloak.common.Version;

/**
 * Which Keycloak servers this provider works on.
 *
 * <p>Older servers carry published ways around authentication, so that a fallback on them would protect nothing; a
 * version that cannot be read counts as too old.
 */
public final class ServerRelease {

  /** The oldest server the provider agrees to work on. */
  public static final String MINIMUM = "26.7.5";

  private static final Pattern NUMBERS = Pattern.compile("^(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?![\\d])(.*)$");

  private ServerRelease() {}

  /** The version the running server gives itself; empty when it does not say. */
  public static String running() {
    return Version.VERSION == null ? "" : Version.VERSION;
  }

  /** Whether the running server is recent enough. */
  public static boolean runningIsSupported() {
    return isSupported(running());
  }

  /**
   * Whether a server of this version is recent enough. Snapshots and pre-releases of the minimum itself are not:
   * what they contain is not known.
   */
  public static boolean isSupported(String version) {
    Matcher found = NUMBERS.matcher(version == null ? "" : version.trim());
    if (!found.matches()) {
      return false;
    }
    Matcher least = NUMBERS.matcher(MINIMUM);
    if (!least.matches()) {
      throw new IllegalStateException("unreadable minimum");
    }
    for (int part = 1; part <= 3; part++) {
      int difference = Integer.compare(Integer.parseInt(found.group(part)), Integer.parseInt(least.group(part)));
      if (difference != 0) {
        return difference > 0;
      }
    }
    return found.group(4).isEmpty() || found.group(4).equals(".Final") || found.group(4).startsWith(".redhat-");
  }
}
