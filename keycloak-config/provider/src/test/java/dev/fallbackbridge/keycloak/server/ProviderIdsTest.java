package dev.fallbackbridge.keycloak.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.condition.FailedConditionFactory;
import dev.fallbackbridge.keycloak.credential.BridgeTotpCredential;
import dev.fallbackbridge.keycloak.enrolment.EnrolmentActionFactory;
import dev.fallbackbridge.keycloak.session.FallbackCookieFactory;
import dev.fallbackbridge.keycloak.step.FallbackStepFactory;
import dev.fallbackbridge.keycloak.watch.PasswordOnlyFactory;
import dev.fallbackbridge.keycloak.watch.WatchPasskeyFactory;
import dev.fallbackbridge.keycloak.watch.WatchPasswordFactory;
import dev.fallbackbridge.keycloak.watch.WatchTwoFactorFactory;
import dev.fallbackbridge.keycloak.watch.WatchUserPasswordFactory;
import dev.fallbackbridge.keycloak.watch.WatchUsernameFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Provider ids fit where Keycloak stores them, and the step's category is one that is counted")
class ProviderIdsTest {

  private static final List<String> IDS =
      List.of(
          WatchTwoFactorFactory.PROVIDER_ID,
          WatchPasskeyFactory.PROVIDER_ID,
          WatchUserPasswordFactory.PROVIDER_ID,
          WatchUsernameFactory.PROVIDER_ID,
          WatchPasswordFactory.PROVIDER_ID,
          PasswordOnlyFactory.PROVIDER_ID,
          FallbackCookieFactory.PROVIDER_ID,
          FailedConditionFactory.PROVIDER_ID,
          FallbackStepFactory.PROVIDER_ID,
          EnrolmentActionFactory.PROVIDER_ID,
          BridgeTotpCredential.TYPE);

  @Test
  @DisplayName("36 characters at most, all under one name")
  void ids() {
    assertEquals(IDS.size(), Set.copyOf(IDS).size());
    for (String id : IDS) {
      assertTrue(id.length() <= 36 && id.startsWith("fallback-bridge-"), id);
    }
  }

  @Test
  @DisplayName("B10 B11: wrong codes of the step are counted by brute-force protection")
  void category() {
    FallbackStepFactory factory = new FallbackStepFactory();
    assertEquals("otp", factory.getReferenceCategory());
    assertEquals(Set.of(BridgeTotpCredential.TYPE), factory.getOptionalReferenceCategories(null));
  }
}
