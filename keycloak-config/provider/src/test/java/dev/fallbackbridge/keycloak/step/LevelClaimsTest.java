package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fallbackbridge.keycloak.login.FakeLogin;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.models.Constants;

@DisplayName("R14: the level without which Keycloak finishes no login")
class LevelClaimsTest {

  private static Map<String, Object> claims(String level, String forced) {
    FakeLogin login = new FakeLogin();
    login.clientNote(Constants.REQUESTED_LEVEL_OF_AUTHENTICATION, level);
    login.clientNote(Constants.FORCE_LEVEL_OF_AUTHENTICATION, forced);
    return LevelClaims.of(null, login.session(), FakeLogin.flow());
  }

  @Test
  @DisplayName("an essential level is required")
  void essential() {
    assertEquals(Map.of("requestedAcr", 2, "requiredLevel", 2), claims("2", "true"));
    assertEquals(Map.of("requestedAcr", 5000, "requiredLevel", 5000), claims("5000", "true"));
  }

  @Test
  @DisplayName("one that is only wished for is not, and one of 0 asks for nothing")
  void wished() {
    assertEquals(Map.of("requestedAcr", 2), claims("2", null));
    assertEquals(Map.of("requestedAcr", 2), claims("2", "false"));
    assertEquals(Map.of("requestedAcr", 0), claims("0", "true"));
    assertEquals(Map.of(), claims(null, "true"));
    assertEquals(Map.of(), claims(null, null));
  }
}
