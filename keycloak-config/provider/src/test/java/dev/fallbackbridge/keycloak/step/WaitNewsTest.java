package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fallbackbridge.keycloak.bridge.UnavailableReason;
import dev.fallbackbridge.keycloak.login.FakeLogin;
import dev.fallbackbridge.keycloak.login.Stub;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.http.HttpRequest;

@DisplayName("I5: what the waiting page hears is that it waits, that nobody knows, or that it has to be loaded anew")
class WaitNewsTest {

  private static final StepAnswer.Wait WAIT =
      new StepAnswer.Wait(
          "c-1", "042", WaitStage.APPROVAL, List.of(new StepAnswer.Asked("leads", 2, 1)), 1_000, 2_800);

  private static AuthenticationFlowContext request(String method, String accept) {
    HttpHeaders headers =
        Stub.of(HttpHeaders.class)
            .with("getHeaderString", arguments -> arguments[0].equals("Accept") ? accept : null)
            .make();
    HttpRequest request =
        Stub.of(HttpRequest.class).with("getHttpMethod", method).with("getHttpHeaders", headers).make();
    return Stub.of(AuthenticationFlowContext.class).with("getHttpRequest", request).make();
  }

  @Test
  @DisplayName("only a GET that asks for it is a look; a browser that shows pages never is")
  void isAskedFor() {
    assertTrue(WaitNews.isAskedFor(request("GET", WaitNews.MEDIA_TYPE)));
    assertFalse(WaitNews.isAskedFor(request("POST", WaitNews.MEDIA_TYPE)));
    for (String accept : new String[] {null, "", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"}) {
      assertFalse(WaitNews.isAskedFor(request("GET", accept)));
    }
  }

  @Test
  @DisplayName("a wait of the case on the page is told with all that the page shows")
  void waits() {
    assertEquals(
        "{\"state\":\"wait\",\"stage\":\"approval\",\"match\":\"042\",\"minutes\":29,"
            + "\"asked\":[{\"label\":\"leads\",\"count\":2,\"given\":1}]}",
        WaitNews.of(WAIT, "c-1", 1_010).json());
  }

  @Test
  @DisplayName("no more time is told than there is")
  void minutes() {
    assertEquals(30, WaitNews.minutesLeft(WAIT, 1_000));
    assertEquals(29, WaitNews.minutesLeft(WAIT, 1_001));
    assertEquals(1, WaitNews.minutesLeft(WAIT, 2_740));
    assertEquals(0, WaitNews.minutesLeft(WAIT, 2_741));
    assertEquals(0, WaitNews.minutesLeft(WAIT, 9_999));
  }

  @Test
  @DisplayName("I1: every other answer, a grant among them, only makes the page load anew, and tells nothing else")
  void moves() {
    for (StepOutcome outcome :
        List.of(
            new StepAnswer.Wait("c-2", "042", WaitStage.APPROVAL, WAIT.asked(), 1_000, 2_800),
            new StepAnswer.Granted("c-1", "p", "standard", "1", List.of("otp"), 5_000),
            new StepAnswer.Code("c-1", "p", 6, false, false, OptionalInt.of(5)),
            new StepAnswer.Denied("c-1", DenialReason.APPROVAL_DENIED, false, OptionalLong.empty()),
            new StepAnswer.Cancelled("c-1"))) {
      assertEquals("{\"state\":\"move\"}", WaitNews.of(outcome, "c-1", 1_010).json());
    }
  }

  @ParameterizedTest
  @EnumSource(UnavailableReason.class)
  @DisplayName("I11: without an answer nobody knows, and the reason stays in the log")
  void unavailable(UnavailableReason reason) {
    assertEquals(
        "{\"state\":\"unavailable\"}", WaitNews.of(new StepOutcome.Unavailable(reason), "c-1", 1_010).json());
  }

  @Test
  @DisplayName("B09: that it waits is kept on the server, until somebody has decided")
  void note() {
    AuthenticationFlowContext context = new FakeLogin().context();
    CaseNote.stopWaiting(context);
    assertEquals(Optional.empty(), CaseNote.find(context));
    CaseNote.keepWaiting(context, "c-1");
    assertEquals(Optional.of(new CaseNote(FakeLogin.USER, "c-1", Optional.empty(), true)), CaseNote.find(context));
    CaseNote.stopWaiting(context);
    assertEquals(Optional.of(new CaseNote(FakeLogin.USER, "c-1", Optional.empty(), false)), CaseNote.find(context));
    CaseNote.keep(context, "c-1", LocalOtp.CHECK);
    CaseNote.stopWaiting(context);
    assertEquals(Optional.of(LocalOtp.CHECK), CaseNote.find(context).flatMap(CaseNote::localCheck));
    CaseNote.keepWaiting(context, "c-1");
    CaseNote.keep(context, "c-1", null);
    assertFalse(CaseNote.find(context).orElseThrow().waits());
  }
}
