package dev.fallbackbridge.keycloak.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fallbackbridge.keycloak.login.FakeLogin;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.sessions.CommonClientSessionModel.ExecutionStatus;

@DisplayName("R26: a passkey that was proved in this login, beside the check that failed")
class CompletedPasskeyTest {

  private static final List<CompletedPasskey> NONE = List.of();

  private static FakeLogin login() {
    return new FakeLogin()
        .step("password", "password")
        .step("first", "webauthn-passwordless")
        .step("failed", "webauthn")
        .succeeded("password", 1_000)
        .failed("failed", FakeLogin.USER);
  }

  private static List<CompletedPasskey> find(FakeLogin login) {
    return CompletedPasskey.findAll(login.context());
  }

  @ParameterizedTest
  @ValueSource(strings = {"webauthn", "webauthn-passwordless"})
  @DisplayName("a step of either kind that succeeded counts, with its time in milliseconds")
  void succeeded(String category) {
    FakeLogin login = login().step("other", category).succeeded("other", 1_800_000_000);
    assertEquals(List.of(new CompletedPasskey(1_800_000_000_000L)), find(login));
  }

  @Test
  @DisplayName("several are told the latest first")
  void several() {
    FakeLogin login = login().step("third", "webauthn").succeeded("first", 5).succeeded("third", 7);
    assertEquals(List.of(new CompletedPasskey(7_000), new CompletedPasskey(5_000)), find(login));
  }

  @ParameterizedTest
  @EnumSource(value = ExecutionStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  @DisplayName("I1: every other end of the step is none, whatever the list of completed ones says")
  void otherStatus(ExecutionStatus status) {
    assertEquals(NONE, find(login().completed("first", 5).status("first", status)));
  }

  @Test
  @DisplayName("I1: a step that only an earlier session completed, or that is not in the list, is none")
  void halfDone() {
    assertEquals(NONE, find(login().completed("first", 5)));
    assertEquals(NONE, find(login().status("first", ExecutionStatus.SUCCESS)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "otp", "kerberos"})
  @DisplayName("I1: what is no WebAuthn step is none")
  void otherCategory(String category) {
    assertEquals(NONE, find(login().step("other", category).succeeded("other", 5)));
  }

  @Test
  @DisplayName("I1: a step without a category is none")
  void noCategory() {
    assertEquals(NONE, find(login().step("other", null).succeeded("other", 5)));
  }

  @Test
  @DisplayName("I1: the step that failed for this user is none, even where it stands as succeeded")
  void failedStep() {
    assertEquals(NONE, find(login().succeeded("failed", 5)));
    assertEquals(1, find(login().succeeded("first", 5).failed("first", "somebody else")).size());
  }

  @Test
  @DisplayName("I1: a step that is switched off, or not of this flow, is none")
  void otherFlow() {
    assertEquals(NONE, find(login().step("off", "webauthn", Requirement.DISABLED).succeeded("off", 5)));
    assertEquals(NONE, find(login().succeeded("of-another-flow", 5)));
  }

  @Test
  @DisplayName("without a user there is none")
  void withoutUser() {
    assertEquals(NONE, find(login().succeeded("first", 5).withoutUser()));
  }

  @Test
  @DisplayName("R7: a passkey is no password: the first factor stays the password step that succeeded")
  void firstFactor() {
    FakeLogin login = login().succeeded("first", 2_000).authNote("PASSWORD_VALIDATED", "true");
    assertEquals(Optional.of(new FirstFactor(1_000_000)), FirstFactor.find(login.context()));
    assertEquals(Optional.empty(), FirstFactor.find(login().context()));
  }
}
