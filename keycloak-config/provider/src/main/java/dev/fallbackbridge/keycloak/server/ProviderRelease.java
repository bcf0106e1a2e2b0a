package dev.fallbackbridge.keycloak.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * What this jar says about itself: its version, the protocol it speaks, and one line in the log at start.
 */
public final class ProviderRelease {

  /** The only version of the step protocol this jar speaks. */
  public static final int PROTOCOL = 1;

  /** The version of the jar, as its build recorded it. */
  public static final String VERSION = readVersion();

  private static final Logger LOG = Logger.getLogger("dev.fallbackbridge.keycloak");
  private static final AtomicBoolean ANNOUNCED = new AtomicBoolean();

  private ProviderRelease() {}

  /** Logs version of jar and server, once for all factories, and whether they get on. */
  public static void announce() {
    if (!ANNOUNCED.compareAndSet(false, true)) {
      return;
    }
    if (ServerRelease.runningIsSupported()) {
      LOG.infof(
          "Fallback bridge provider %s on Keycloak %s, step protocol %d", VERSION, ServerRelease.running(), PROTOCOL);
    } else {
      LOG.errorf(
          "Fallback bridge provider %s refuses to work on Keycloak %s: it needs %s or newer",
          VERSION, ServerRelease.running(), ServerRelease.MINIMUM);
    }
  }

  private static String readVersion() {
    try (InputStream stored = ProviderRelease.class.getResourceAsStream("/META-INF/fallback-bridge.properties")) {
      Properties properties = new Properties();
      if (stored != null) {
        properties.load(stored);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException unreadable) {
      return "unknown";
    }
  }
}
