package dev.fallbackbridge.keycloak.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.login.FakeLogin;
import dev.fallbackbridge.keycloak.login.Stub;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.FlowStatus;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.SubjectCredentialManager;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;

@DisplayName("B02: a failure of a passkey in a form belongs to who goes on by that form, and owns a passkey")
class FormFailuresTest {

  private static final String FORM = "form";

  private final AuthenticationSessionModel login = new FakeLogin().session();
  private final Map<String, String> told = new HashMap<>();

  private static UserModel user(String id, boolean ownsPasskey) {
    SubjectCredentialManager credentials =
        Stub.of(SubjectCredentialManager.class)
            .with("isConfiguredFor", arguments -> ownsPasskey && arguments[0].equals("webauthn-passwordless"))
            .make();
    return Stub.of(UserModel.class).with("getId", id).with("credentialManager", credentials).make();
  }

  private AuthenticationFlowContext context(UserModel user, FlowStatus status) {
    return context(login, user, status);
  }

  private AuthenticationFlowContext context(AuthenticationSessionModel session, UserModel user, FlowStatus status) {
    AuthenticationExecutionModel execution = new AuthenticationExecutionModel();
    execution.setId(FORM);
    return Stub.of(AuthenticationFlowContext.class)
        .with("getAuthenticationSession", session)
        .with("getSession", Stub.of(KeycloakSession.class).make())
        .with("getExecution", execution)
        .with("getUser", user)
        .with("getStatus", status)
        .make();
  }

  private void fail(UserModel user) {
    FormFailures.record(context(user, null), "webauthn-error-api-get", "NotAllowedError: no", null, told::put);
  }

  private boolean isRecorded(String userId) {
    return FailureNotes.find(login, FORM, userId).isPresent();
  }

  @Test
  @DisplayName("while nobody is known it is nobody's, and is counted")
  void nobodys() {
    fail(null);
    fail(null);
    assertTrue(!isRecorded("ada") && !isRecorded("nobody-yet"));
    assertEquals("2", told.get("fallback_failure_count"));
    FormFailures.settle(context(user("ada", true), FlowStatus.SUCCESS));
    RecordedFailure found = FailureNotes.find(login, FORM, "ada").orElseThrow();
    assertEquals(FailureClass.CANCELLED_OR_TIMED_OUT, found.failureClass());
    assertEquals(2, found.count());
  }

  @Test
  @DisplayName("it is given away once, and to nobody else afterwards")
  void once() {
    fail(null);
    FormFailures.settle(context(user("ada", true), FlowStatus.SUCCESS));
    FormFailures.settle(context(user("mary", true), FlowStatus.SUCCESS));
    assertTrue(isRecorded("ada") && !isRecorded("mary"));
  }

  @Test
  @DisplayName("I1: who has no passkey has none that could have failed, whether known before or after")
  void withoutPasskey() {
    fail(null);
    FormFailures.settle(context(user("eve", false), FlowStatus.SUCCESS));
    fail(user("eve", false));
    assertTrue(!isRecorded("eve"));
  }

  @ParameterizedTest
  @EnumSource(value = FlowStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  @DisplayName("I1: a form that has not succeeded gives it to nobody")
  void notSucceeded(FlowStatus status) {
    fail(null);
    FormFailures.settle(context(user("ada", true), status));
    assertTrue(!isRecorded("ada"));
  }

  @Test
  @DisplayName("a form that knows its user records at once")
  void known() {
    fail(user("ada", true));
    assertTrue(isRecorded("ada"));
  }

  @Test
  @DisplayName("A03: a login that only the biometric check may finish records none")
  void biometricOnly() {
    AuthenticationSessionModel action = new FakeLogin().clientNote("kc_action", "UPDATE_PASSWORD").session();
    AuthenticationFlowContext known = context(action, user("ada", true), null);
    FormFailures.record(known, "webauthn-error-api-get", "NotAllowedError", null, told::put);
    assertTrue(FailureNotes.find(action, FORM, "ada").isEmpty());
  }
}
