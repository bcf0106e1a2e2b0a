package dev.fallbackbridge.keycloak.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("I12 B21: a fallback session gives no offline token")
class OfflineAccessTest {

  @ParameterizedTest
  @CsvSource({
    "'openid offline_access email', 'openid email'",
    "'offline_access', ''",
    "'openid offline_access_more', 'openid offline_access_more'",
    "'offline_access openid offline_access', 'openid'",
    "'', ''"
  })
  @DisplayName("exactly that scope goes")
  void without(String scope, String expected) {
    assertEquals(expected, OfflineAccess.without(scope));
  }
}
