package dev.fallbackbridge.keycloak.admin;

import dev.fallbackbridge.keycloak.bridge.RealmIssuer;
import dev.fallbackbridge.keycloak.condition.FailedConditionFactory;
import dev.fallbackbridge.keycloak.server.ProviderRelease;
import dev.fallbackbridge.keycloak.server.ServerRelease;
import dev.fallbackbridge.keycloak.session.FallbackCookieFactory;
import dev.fallbackbridge.keycloak.step.FallbackStepFactory;
import dev.fallbackbridge.keycloak.theme.LoginTheme;
import dev.fallbackbridge.keycloak.watch.WatchPasskeyFactory;
import dev.fallbackbridge.keycloak.watch.WatchPasswordFactory;
import dev.fallbackbridge.keycloak.watch.WatchTwoFactorFactory;
import dev.fallbackbridge.keycloak.watch.WatchUserPasswordFactory;
import dev.fallbackbridge.keycloak.watch.WatchUsernameFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keycloak.events.EventType;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.AuthenticationFlowModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/** What the bridge has to know of the provider, the server and the realm before it relies on them. */
final class ProviderStatus {

  private static final Set<String> STEPS =
      Set.of(
          WatchTwoFactorFactory.PROVIDER_ID,
          WatchPasskeyFactory.PROVIDER_ID,
          WatchUserPasswordFactory.PROVIDER_ID,
          WatchUsernameFactory.PROVIDER_ID,
          WatchPasswordFactory.PROVIDER_ID,
          FallbackCookieFactory.PROVIDER_ID,
          FailedConditionFactory.PROVIDER_ID,
          FallbackStepFactory.PROVIDER_ID);

  private ProviderStatus() {}

  static Map<String, Object> of(KeycloakSession session, RealmModel realm) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("provider", ProviderRelease.VERSION);
    status.put("server", ServerRelease.running());
    status.put("serverSupported", ServerRelease.runningIsSupported());
    status.put("protocol", ProviderRelease.PROTOCOL);
    status.put("realmId", realm.getId());
    status.put("issuer", RealmIssuer.of(session, realm));
    status.put("eventsEnabled", realm.isEventsEnabled());
    status.put("adminEventsEnabled", realm.isAdminEventsEnabled());
    status.put("adminEventsDetailsEnabled", realm.isAdminEventsDetailsEnabled());
    status.put("eventTypesSaved", eventTypesSaved(realm));
    status.put("bruteForceProtected", realm.isBruteForceProtected());
    status.put("webAuthnUserVerification", realm.getWebAuthnPolicy().getUserVerificationRequirement());
    status.put(
        "webAuthnPasswordlessUserVerification",
        realm.getWebAuthnPolicyPasswordless().getUserVerificationRequirement());
    LoginTheme theme = LoginTheme.of(session, realm);
    status.put("templatesMissing", theme.templatesMissing());
    status.put("languagesMissing", theme.languagesMissing());
    status.put("steps", steps(realm));
    return status;
  }

  /** An empty setting means Keycloak's own choice of types. */
  private static List<String> eventTypesSaved(RealmModel realm) {
    List<String> chosen = realm.getEnabledEventTypesStream().sorted().toList();
    return chosen.isEmpty()
        ? Arrays.stream(EventType.values()).filter(EventType::isSaveByDefault).map(Enum::name).sorted().toList()
        : chosen;
  }

  private static List<Map<String, String>> steps(RealmModel realm) {
    return realm
        .getAuthenticationFlowsStream()
        .flatMap(
            flow ->
                realm
                    .getAuthenticationExecutionsStream(flow.getId())
                    .filter(execution -> execution.getAuthenticator() != null)
                    .filter(execution -> STEPS.contains(execution.getAuthenticator()))
                    .map(execution -> step(flow, execution)))
        .toList();
  }

  private static Map<String, String> step(AuthenticationFlowModel flow, AuthenticationExecutionModel execution) {
    Map<String, String> step = new LinkedHashMap<>();
    step.put("flow", flow.getAlias());
    step.put("execution", execution.getId());
    step.put("authenticator", execution.getAuthenticator());
    step.put("requirement", execution.getRequirement().name());
    return step;
  }
}
