package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.login.FakeLogin;
import dev.fallbackbridge.keycloak.proof.CompletedPasskey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.authentication.AuthenticationFlowContext;

@DisplayName("R26: the check of a passkey that was proved already")
class LocalPasskeyTest {

  private static StepAnswer.LocalCheck check(String name) {
    return new StepAnswer.LocalCheck("c-1", "p", name, false, false, OptionalInt.empty(), "a-1");
  }

  @Test
  @DisplayName("I1: it passes only while Keycloak finds the success itself")
  void passes() {
    FakeLogin login = new FakeLogin().step("watch", "webauthn").failed("watch", FakeLogin.USER);
    assertFalse(LocalPasskey.passes(login.context()));
    login.step("first", "webauthn-passwordless").succeeded("first", 5);
    assertTrue(LocalPasskey.passes(login.context()));
    login.failed("first", FakeLogin.USER);
    assertFalse(LocalPasskey.passes(login.context()));
  }

  @Test
  @DisplayName("B10: nothing is typed for it, so that its failure is no wrong code")
  void noCode() {
    assertFalse(check(LocalPasskey.CHECK).asksForCode());
    assertTrue(check(LocalOtp.CHECK).asksForCode());
    StepAnswer.Denied denied =
        new StepAnswer.Denied("c-1", DenialReason.ATTEMPT_LIMIT, true, OptionalLong.of(5));
    assertEquals(
        new StepAnswer.Denied("c-1", DenialReason.ATTEMPT_LIMIT, false, OptionalLong.of(5)),
        denied.withoutWrongCode());
  }

  @Test
  @DisplayName("B09: which check the page is for is kept on the server, by its name")
  void note() {
    AuthenticationFlowContext context = new FakeLogin().context();
    for (String name : List.of(LocalPasskey.CHECK, LocalOtp.CHECK)) {
      CaseNote.keep(context, "c-1", name);
      assertEquals(Optional.of(new CaseNote(FakeLogin.USER, "c-1", Optional.of(name), false)), CaseNote.find(context));
    }
    CaseNote.keep(context, "c-1", null);
    assertEquals(Optional.of(new CaseNote(FakeLogin.USER, "c-1", Optional.empty(), false)), CaseNote.find(context));
  }

  @Test
  @DisplayName("K11: at most ten are told to the bridge, the latest")
  void claim() {
    List<CompletedPasskey> many = LongStream.range(0, 11).mapToObj(CompletedPasskey::new).toList();
    List<Map<String, Object>> claim = FallbackStep.completedClaim(many);
    assertEquals(10, claim.size());
    assertEquals(Map.of("type", "passkey", "at", 0L), claim.get(0));
  }
}
