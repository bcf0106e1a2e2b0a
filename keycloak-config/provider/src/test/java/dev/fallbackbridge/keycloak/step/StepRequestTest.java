package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.fallbackbridge.keycloak.server.ProviderRelease;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("K15: a request sent a second time is the same request")
class StepRequestTest {

  private final StepRequest request =
      new StepRequest("operation-1", StepAction.CONFIRM_ENROLMENT, Map.of("sub", "u-1"), Map.of("code", "123456"));

  @Test
  @DisplayName("the operation stays, the token's id and times are new")
  void secondAttempt() {
    Map<String, Object> first = request.claims("https://realm", "bridge", "id-1", 100, "26.7.5");
    Map<String, Object> second = request.claims("https://realm", "bridge", "id-2", 101, "26.7.5");
    assertEquals(first.get("operation"), second.get("operation"));
    assertNotEquals(first.get("jti"), second.get("jti"));
    assertEquals(160L, first.get("exp"));
  }

  @Test
  @DisplayName("the claims are those of the protocol")
  void claims() {
    Map<String, Object> claims = request.claims("https://realm", "bridge", "id-1", 100, "26.7.5");
    assertEquals("https://realm", claims.get("iss"));
    assertEquals("bridge", claims.get("aud"));
    assertEquals("confirm_enrolment", claims.get("action"));
    assertEquals(1, claims.get("protocol"));
    assertEquals("26.7.5", claims.get("server"));
    assertEquals(ProviderRelease.VERSION, claims.get("provider"));
    assertEquals("u-1", claims.get("sub"));
    assertEquals(Map.of("code", "123456"), claims.get("input"));
  }
}
