package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The age of a factor is told where Keycloak knows it")
class LoginClaimsTest {

  @Test
  @DisplayName("I5: a date that is missing or no date is left out, which is not the same as old")
  void created() {
    assertEquals(Map.of("type", "keycloak-otp", "createdAt", 5L), LoginClaims.factor("keycloak-otp", 5L));
    assertEquals(Map.of("type", "keycloak-otp"), LoginClaims.factor("keycloak-otp", null));
    assertEquals(Map.of("type", "keycloak-otp"), LoginClaims.factor("keycloak-otp", -1L));
  }
}
