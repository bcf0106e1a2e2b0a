package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.server.ProviderRelease;
import dev.fallbackbridge.keycloak.watch.RecordedFailure;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.common.util.Time;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;

/**
 * The pages of the fallback step. They show numbers and ids the answer's reader has bounded, and texts of this
 * provider; of what the bridge wrote only the bounded names of who is asked, and of what the browser wrote nothing.
 */
final class StepPages {

  static final String WRONG_CODE = "fallbackBridgeWrongCode";
  static final String CODE_MISSING = "fallbackBridgeCodeMissing";

  private static final Set<String> NAMED_CHECKS = Set.of("bridge-totp", LocalOtp.CHECK, LocalPasskey.CHECK);
  private static final int DEFAULT_DIGITS = 6;

  private final AuthenticationFlowContext context;

  StepPages(AuthenticationFlowContext context) {
    this.context = context;
  }

  /** A code field for the bridge's own TOTP; {@code error} is a message key or null. */
  Response code(StepAnswer.Code answer, RecordedFailure failure, String error) {
    return codeField(
        failure, error, "bridge-totp", answer.digits(), answer.alternatives(), answer.attemptsLeft());
  }

  /** A code field for Keycloak's own one-time code; {@code error} is a message key or null. */
  Response localCheck(StepAnswer.LocalCheck answer, RecordedFailure failure, String error) {
    int digits = context.getRealm().getOTPPolicy().getDigits();
    return codeField(failure, error, answer.check(), digits, answer.alternatives(), answer.attemptsLeft());
  }

  /** A sentence and a button for somebody who has passed a stronger check already. */
  Response goOn(StepAnswer.LocalCheck answer) {
    return form(null)
        .setAttribute("fallbackBridgeAlternatives", answer.alternatives())
        .setAttribute("fallbackBridgeFailed", answer.wrongCode())
        .createForm("fallback-bridge-continue.ftl");
  }

  /** The code field of somebody who cannot get in now whatever is typed, not to be told from the ordinary one. */
  Response shut(String error) {
    return codeField(null, error, "bridge-totp", DEFAULT_DIGITS, false, OptionalInt.empty());
  }

  /** The list of ways. */
  Response choose(StepAnswer.Choose answer, RecordedFailure failure) {
    List<Map<String, String>> ways =
        answer.paths().stream()
            .map(path -> Map.of("id", path.id(), "check", NAMED_CHECKS.contains(path.check()) ? path.check() : "other"))
            .toList();
    return form(failure).setAttribute("fallbackBridgeWays", ways).createForm("fallback-bridge-choose.ftl");
  }

  /**
   * Who is asked to decide, and the number to tell them.
   *
   * @param checked whether the person asked by the button, and hears that there is no decision yet
   */
  Response waiting(StepAnswer.Wait answer, boolean checked) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("stage", answer.stage().code());
    page.put("match", answer.match());
    page.put("spoken", String.join(", ", answer.match().split("")));
    page.put("asked", WaitNews.askedOf(answer));
    page.put("minutes", WaitNews.minutesLeft(answer, Time.currentTime()));
    page.put("checked", checked);
    page.put("release", ProviderRelease.VERSION);
    return form(null).setAttribute("fallbackBridgeWait", page).createForm("fallback-bridge-wait.ftl");
  }

  /** Why it does not go on, and what to do instead. */
  Response denied(DenialReason reason, OptionalLong retryAt) {
    LoginFormsProvider form =
        form(null)
            .setAttribute("fallbackBridgeText", "fallbackBridgeDenied." + reason.code())
            .setAttribute("fallbackBridgeCanRetry", false);
    if (retryAt.isPresent()) {
      long seconds = Math.max(0, retryAt.getAsLong() - Time.currentTime());
      form.setAttribute("fallbackBridgeRetryMinutes", Math.max(1, (seconds + 59) / 60));
    }
    return form.createForm("fallback-bridge-message.ftl");
  }

  /** What this login is for takes the biometric check. */
  Response biometricOnly() {
    return form(null)
        .setAttribute("fallbackBridgeText", "fallbackBridgeBiometricOnly")
        .setAttribute("fallbackBridgeCanRetry", false)
        .createForm("fallback-bridge-message.ftl");
  }

  /** The fallback cannot be had at the moment; one page for all reasons. */
  Response unavailable() {
    return form(null)
        .setAttribute("fallbackBridgeText", "fallbackBridgeUnavailable")
        .setAttribute("fallbackBridgeCanRetry", true)
        .createForm("fallback-bridge-message.ftl");
  }

  /** Nobody can be asked at the moment whether there is a decision. */
  Response unavailableWhileWaiting() {
    return form(null)
        .setAttribute("fallbackBridgeText", "fallbackBridgeWaitUnavailable")
        .setAttribute("fallbackBridgeCanRetry", true)
        .createForm("fallback-bridge-message.ftl");
  }

  private Response codeField(
      RecordedFailure failure, String error, String check, int digits, boolean alternatives, OptionalInt attemptsLeft) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("check", check);
    page.put("digits", digits);
    page.put("alternatives", alternatives);
    if (attemptsLeft.isPresent()) {
      page.put("attemptsLeft", attemptsLeft.getAsInt());
    }
    LoginFormsProvider form = form(failure).setAttribute("fallbackBridgeCode", page);
    if (error != null) {
      form.addError(new FormMessage(PostedForm.CODE, error));
    }
    return form.createForm("fallback-bridge-code.ftl");
  }

  private LoginFormsProvider form(RecordedFailure failure) {
    LoginFormsProvider form = context.form().setExecution(context.getExecution().getId());
    if (failure != null) {
      form.setAttribute("fallbackBridgeWhy", failure.failureClass().wireName());
    }
    return form;
  }
}
