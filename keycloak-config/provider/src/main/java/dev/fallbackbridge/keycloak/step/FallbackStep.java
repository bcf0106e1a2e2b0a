package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.bridge.BridgeCaller;
import dev.fallbackbridge.keycloak.bridge.RandomId;
import dev.fallbackbridge.keycloak.proof.CompletedPasskey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.common.util.Time;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * The step by which somebody whose biometric check failed may still log in. It decides nothing: it proves to itself
 * that it may be entered, asks the bridge, and does what the bridge's verified answer says.
 */
final class FallbackStep implements Authenticator {

  /** More than one flow could ask for; the bridge takes no more. */
  private static final int MAX_COMPLETED = 10;

  private final BridgeCaller bridge;

  FallbackStep(BridgeCaller bridge) {
    this.bridge = bridge;
  }

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    if (WaitNews.isAskedFor(context)) {
      context.challenge(WaitNews.answer(newsOf(context)));
      return;
    }
    proceed(context, PostedForm.NOTHING);
  }

  /** What the script of the waiting page hears. Nothing of the login is changed, and no event is written. */
  private WaitNews newsOf(AuthenticationFlowContext context) {
    Optional<CaseNote> waiting = CaseNote.find(context).filter(CaseNote::waits);
    return waiting.isPresent() && Entry.whileWaiting(context) instanceof Entry.Open open
        ? WaitNews.of(poll(context, open), waiting.get().caseId(), Time.currentTime())
        : WaitNews.MOVE;
  }

  @Override
  public void action(AuthenticationFlowContext context) {
    proceed(context, PostedForm.of(context.getHttpRequest().getDecodedFormParameters()));
  }

  private void proceed(AuthenticationFlowContext context, PostedForm posted) {
    Optional<CaseNote> note = CaseNote.find(context);
    boolean waits = note.map(CaseNote::waits).orElse(false);
    Entry entry = waits ? Entry.whileWaiting(context) : Entry.of(context);
    if (posted.action() == StepAction.CANCEL) {
      cancel(context, entry);
    } else if (!(entry instanceof Entry.Open open)) {
      new StepResponder(context).refuse(entry);
    } else if (waits) {
      new StepResponder(context).respond(open, poll(context, open), false, posted);
    } else {
      answer(context, open, posted, note.flatMap(CaseNote::localCheck));
    }
  }

  /** The way back to the biometric check is open whatever the bridge says, even when it says nothing. */
  private void cancel(AuthenticationFlowContext context, Entry entry) {
    if (entry instanceof Entry.Open open) {
      ask(context, open, StepAction.CANCEL, Map.of());
    }
    context.resetFlow();
  }

  /** While people have to decide, whatever is posted asks whether they have; nothing of it goes to the bridge. */
  private StepOutcome poll(AuthenticationFlowContext context, Entry.Open open) {
    return ask(context, open, StepAction.POLL, Map.of()).withoutWrongCode();
  }

  private void answer(
      AuthenticationFlowContext context, Entry.Open open, PostedForm posted, Optional<String> shown) {
    boolean withoutCode = shown.equals(Optional.of(LocalPasskey.CHECK));
    if (posted.action() == StepAction.POLL || posted.goesOn() && !withoutCode) {
      // The button of another page; where a code is asked for, none would be a wrong one.
      answer(context, open, PostedForm.NOTHING, shown);
      return;
    }
    boolean submits = posted.action() == StepAction.SUBMIT;
    boolean local = submits && shown.isPresent();
    StepOutcome outcome = ask(context, open, posted.action(), local ? Map.of() : posted.input());
    boolean mayGrant = submits && !local;
    if (local
        && outcome instanceof StepAnswer.LocalCheck check
        && check.attempt() != null
        && shown.get().equals(check.check())) {
      boolean passed = passes(context, check, posted);
      outcome =
          ask(
              context,
              open,
              StepAction.REPORT,
              Map.of("attempt", check.attempt(), "result", passed ? "passed" : "failed"));
      mayGrant = passed;
    }
    if (withoutCode && outcome instanceof StepAnswer.Denied denied) {
      outcome = denied.withoutWrongCode();
    }
    new StepResponder(context).respond(open, outcome, mayGrant, posted);
  }

  private static boolean passes(AuthenticationFlowContext context, StepAnswer.LocalCheck check, PostedForm posted) {
    return check.asksForCode()
        ? LocalOtp.passes(context.getSession(), context.getRealm(), context.getUser(), posted.code())
        : LocalPasskey.passes(context);
  }

  private StepOutcome ask(
      AuthenticationFlowContext context, Entry.Open open, StepAction action, Map<String, Object> input) {
    Map<String, Object> login =
        new LinkedHashMap<>(
            LoginClaims.of(
                context.getSession(),
                context.getAuthenticationSession(),
                context.getUser(),
                context.getExecution().getId()));
    login.put("failure", failureClaim(open));
    login.put("firstFactor", Map.of("kind", "password", "at", open.firstFactor().at()));
    login.putAll(
        LevelClaims.of(context.getSession(), context.getAuthenticationSession(), context.getTopLevelFlow()));
    List<Map<String, Object>> completed = completedClaim(CompletedPasskey.findAll(context));
    if (!completed.isEmpty()) {
      login.put("completed", completed);
    }
    if (action == StepAction.BEGIN) {
      login.put("subject", SubjectClaim.of(context.getUser()));
      DeviceClaim.of(context.getSession(), context.getRealm(), context.getUser())
          .ifPresent(device -> login.put("device", device));
      AgentClaim.of(context.getSession()).ifPresent(agent -> login.put("agent", agent));
      List<String> authenticators = AuthenticatorsClaim.of(context.getUser(), open.failure().credentialType());
      if (!authenticators.isEmpty()) {
        login.put("authenticators", authenticators);
      }
    }
    return bridge.ask(
        context.getSession(), configOf(context), new StepRequest(RandomId.next(), action, login, input));
  }

  private static Map<String, Object> failureClaim(Entry.Open open) {
    Map<String, Object> claim = new HashMap<>();
    claim.put("class", open.failure().failureClass().wireName());
    claim.put("detail", open.failure().detail());
    claim.put("at", open.failure().at());
    claim.put("count", open.failure().count());
    claim.put("credentialType", open.failure().credentialType());
    claim.put("execution", open.failure().execution());
    return claim;
  }

  static List<Map<String, Object>> completedClaim(List<CompletedPasskey> passed) {
    return passed.stream()
        .limit(MAX_COMPLETED)
        .map(each -> Map.<String, Object>of("type", "passkey", "at", each.at()))
        .toList();
  }

  private static Map<String, String> configOf(AuthenticationFlowContext context) {
    AuthenticatorConfigModel config = context.getAuthenticatorConfig();
    return config == null ? Map.of() : config.getConfig();
  }

  @Override
  public boolean requiresUser() {
    return true;
  }

  /** Always: who has which factor is for the bridge to know, and every user sees the same step. */
  @Override
  public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
    return true;
  }

  @Override
  public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
    // A factor is set up at ease, in an ordinary session, and never in the middle of a fallback.
  }

  @Override
  public void close() {
    // The client belongs to the factory.
  }
}
