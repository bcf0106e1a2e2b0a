package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.watch.HostileText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.keycloak.device.DeviceRepresentationProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.account.DeviceRepresentation;

/**
 * What Keycloak itself reads in the browser's user agent. The browser's word: failures are counted by it, and nothing is
 * decided on it.
 */
final class AgentClaim {

  private static final int MAX_TEXT = 100;

  private AgentClaim() {}

  /** Device, browser and system, each where it is told; empty where the reading fails. */
  static Optional<Map<String, Object>> of(KeycloakSession session) {
    return of(() -> session.getProvider(DeviceRepresentationProvider.class).deviceRepresentation());
  }

  static Optional<Map<String, Object>> of(Supplier<DeviceRepresentation> reading) {
    DeviceRepresentation device;
    try {
      device = reading.get();
    } catch (RuntimeException | LinkageError failure) {
      return Optional.empty();
    }
    if (device == null) {
      return Optional.empty();
    }
    Map<String, Object> claim = new LinkedHashMap<>();
    put(claim, "device", device.getDevice());
    put(claim, "browser", device.getBrowser());
    put(claim, "system", device.getOs());
    put(claim, "systemVersion", device.getOsVersion());
    return claim.isEmpty() ? Optional.empty() : Optional.of(claim);
  }

  private static void put(Map<String, Object> claim, String name, String text) {
    String tame = HostileText.tame(text, MAX_TEXT);
    if (!tame.isBlank() && !DeviceRepresentation.UNKNOWN.equals(tame)) {
      claim.put(name, tame);
    }
  }
}
