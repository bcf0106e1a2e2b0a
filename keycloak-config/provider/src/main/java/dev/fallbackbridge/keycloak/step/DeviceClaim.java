package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.device.DeviceCookie;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Whether a passkey of this user has worked in this browser. A risk signal and no factor (NIST SP 800-63B-4, 2.2): the
 * bridge may ask for more without it, and never for less than a factor with it.
 */
final class DeviceClaim {

  private DeviceClaim() {}

  /** Known or new; empty where looking fails, which the bridge takes for the worst. */
  static Optional<Map<String, Object>> of(KeycloakSession session, RealmModel realm, UserModel user) {
    return of(() -> DeviceCookie.knownSince(session, realm, user));
  }

  static Optional<Map<String, Object>> of(Supplier<OptionalLong> knownSince) {
    try {
      OptionalLong since = knownSince.get();
      return Optional.of(
          since.isPresent() ? Map.of("state", "known", "since", since.getAsLong()) : Map.of("state", "new"));
    } catch (RuntimeException | LinkageError failure) {
      return Optional.empty();
    }
  }
}
