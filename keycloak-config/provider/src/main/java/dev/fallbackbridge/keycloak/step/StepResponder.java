package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.bridge.UnavailableReason;
import dev.fallbackbridge.keycloak.watch.RecordedFailure;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.OptionalLong;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.credential.OTPCredentialModel;
import org.keycloak.services.messages.Messages;

/**
 * Turns an outcome into Keycloak's: a page, a counted failure, or the end of the step.
 *
 * <p>Only wrong codes are counted by brute-force protection, each exactly once. Everything else that keeps somebody
 * out is a page and an event of its own, so that an outage or a policy never locks an account.
 */
final class StepResponder {

  static final String ERROR_DENIED = "fallback_denied";
  static final String ERROR_UNAVAILABLE = "fallback_unavailable";

  private final AuthenticationFlowContext context;
  private final StepPages pages;

  StepResponder(AuthenticationFlowContext context) {
    this.context = context;
    this.pages = new StepPages(context);
  }

  /** Turns away a login that may not enter the step. */
  void refuse(Entry entry) {
    if (entry instanceof Entry.Shut shut) {
      event().error(shut.eventError());
      boolean temporary = Errors.USER_TEMPORARILY_DISABLED.equals(shut.eventError());
      context.forceChallenge(
          pages.shut(
              temporary ? Messages.ACCOUNT_TEMPORARILY_DISABLED_TOTP : Messages.ACCOUNT_PERMANENTLY_DISABLED_TOTP));
      return;
    }
    if (entry instanceof Entry.BiometricOnlyLogin) {
      event().detail("reason", "biometric_only").error(ERROR_DENIED);
      context.challenge(pages.biometricOnly());
      return;
    }
    DenialReason reason =
        entry instanceof Entry.Unproven unproven ? unproven.reason() : DenialReason.FAILURE_MISSING;
    event().detail("reason", reason.code()).error(ERROR_DENIED);
    context.challenge(pages.denied(reason, OptionalLong.empty()));
  }

  /**
   * Does what the outcome says.
   *
   * @param mayGrant whether a code was just submitted to the bridge, or a check of Keycloak's own was passed; without
   *     one of these, an answer that grants is out of place
   * @param posted what the person sent, for the page to answer to
   */
  void respond(Entry.Open open, StepOutcome outcome, boolean mayGrant, PostedForm posted) {
    RecordedFailure failure = open.failure();
    boolean codeMissing = posted.codeMissing();
    if (outcome instanceof StepAnswer.Code code) {
      CaseNote.keep(context, code.caseId(), null);
      showCode(pages.code(code, failure, errorOf(code.wrongCode(), codeMissing)), code.wrongCode(), code.caseId());
    } else if (outcome instanceof StepAnswer.LocalCheck check) {
      CaseNote.keep(context, check.caseId(), check.check());
      if (check.asksForCode()) {
        showCode(
            pages.localCheck(check, failure, errorOf(check.wrongCode(), codeMissing)),
            check.wrongCode(),
            check.caseId());
      } else {
        context.challenge(pages.goOn(check));
      }
    } else if (outcome instanceof StepAnswer.Choose choose) {
      CaseNote.keep(context, choose.caseId(), null);
      context.challenge(pages.choose(choose, failure));
    } else if (outcome instanceof StepAnswer.Wait wait) {
      CaseNote.keepWaiting(context, wait.caseId());
      context.challenge(pages.waiting(wait, posted.action() == StepAction.POLL));
    } else if (outcome instanceof StepAnswer.Granted granted) {
      grant(granted, mayGrant);
    } else if (outcome instanceof StepAnswer.Denied denied) {
      deny(denied);
    } else if (outcome instanceof StepAnswer.Cancelled) {
      context.resetFlow();
    } else if (outcome instanceof StepOutcome.Unavailable unavailable) {
      unavailable(unavailable.reason());
    } else {
      unavailable(UnavailableReason.OUT_OF_PLACE);
    }
  }

  private void showCode(Response page, boolean wrongCode, String caseId) {
    if (!wrongCode) {
      context.challenge(page);
      return;
    }
    event().detail("fallback_case", caseId).error(Errors.INVALID_USER_CREDENTIALS);
    context.failureChallenge(AuthenticationFlowError.INVALID_CREDENTIALS, page);
  }

  private void grant(StepAnswer.Granted granted, boolean mayGrant) {
    Optional<CaseNote> note = CaseNote.find(context);
    boolean sameCase = note.map(shown -> shown.caseId().equals(granted.caseId())).orElse(false);
    Entry now = Entry.of(context);
    if (!mayGrant || !sameCase || granted.endsAt() <= Time.currentTime() || !(now instanceof Entry.Open open)) {
      unavailable(UnavailableReason.OUT_OF_PLACE);
      return;
    }
    GrantedSession.mark(context, granted, open.failure());
    // Where no code was proved, Keycloak must not take one as proved: the passkey's own step has said what it checked.
    boolean byCode = !note.flatMap(CaseNote::localCheck).equals(Optional.of(LocalPasskey.CHECK));
    context.success(byCode ? OTPCredentialModel.TYPE : null);
  }

  private void deny(StepAnswer.Denied denied) {
    CaseNote.stopWaiting(context);
    EventBuilder event = event().detail("fallback_case", denied.caseId()).detail("reason", denied.reason().code());
    Response page = pages.denied(denied.reason(), denied.retryAt());
    if (denied.wrongCode()) {
      event.error(Errors.INVALID_USER_CREDENTIALS);
      context.failure(AuthenticationFlowError.INVALID_CREDENTIALS, page);
    } else {
      event.error(ERROR_DENIED);
      context.challenge(page);
    }
  }

  private void unavailable(UnavailableReason reason) {
    event().detail("reason", reason.code()).error(ERROR_UNAVAILABLE);
    boolean waits = CaseNote.find(context).map(CaseNote::waits).orElse(false);
    context.challenge(waits ? pages.unavailableWhileWaiting() : pages.unavailable());
  }

  private EventBuilder event() {
    return context.getEvent().clone().user(context.getUser());
  }

  private static String errorOf(boolean wrongCode, boolean codeMissing) {
    if (wrongCode) {
      return StepPages.WRONG_CODE;
    }
    return codeMissing ? StepPages.CODE_MISSING : null;
  }
}
