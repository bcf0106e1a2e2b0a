package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.bridge.BridgeCaller;
import dev.fallbackbridge.keycloak.bridge.RandomId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.util.AcrStore;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * The step by which somebody whose biometric check failed may still log in. It decides nothing: it proves to itself
 * that it may be entered, asks the bridge, and does what the bridge's verified answer says.
 */
final class FallbackStep implements Authenticator {

  private final BridgeCaller bridge;

  FallbackStep(BridgeCaller bridge) {
    this.bridge = bridge;
  }

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    proceed(context, PostedForm.NOTHING);
  }

  @Override
  public void action(AuthenticationFlowContext context) {
    proceed(context, PostedForm.of(context.getHttpRequest().getDecodedFormParameters()));
  }

  private void proceed(AuthenticationFlowContext context, PostedForm posted) {
    Entry entry = Entry.of(context);
    if (posted.action() == StepAction.CANCEL) {
      cancel(context, entry);
    } else if (entry instanceof Entry.Open open) {
      answer(context, open, posted);
    } else {
      new StepResponder(context).refuse(entry);
    }
  }

  /** The way back to the biometric check is open whatever the bridge says, even when it says nothing. */
  private void cancel(AuthenticationFlowContext context, Entry entry) {
    if (entry instanceof Entry.Open open) {
      ask(context, open, StepAction.CANCEL, Map.of());
    }
    context.resetFlow();
  }

  private void answer(AuthenticationFlowContext context, Entry.Open open, PostedForm posted) {
    boolean submits = posted.action() == StepAction.SUBMIT;
    boolean local = submits && CaseNote.find(context).map(CaseNote::localCheck).orElse(false);
    StepOutcome outcome = ask(context, open, posted.action(), local ? Map.of() : posted.input());
    boolean mayGrant = submits && !local;
    if (local && outcome instanceof StepAnswer.LocalCheck check && check.attempt() != null) {
      boolean passed =
          LocalOtp.passes(context.getSession(), context.getRealm(), context.getUser(), posted.code());
      outcome =
          ask(
              context,
              open,
              StepAction.REPORT,
              Map.of("attempt", check.attempt(), "result", passed ? "passed" : "failed"));
      mayGrant = passed;
    }
    new StepResponder(context).respond(open, outcome, mayGrant, posted.codeMissing());
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
    int requested =
        new AcrStore(context.getSession(), context.getAuthenticationSession())
            .getRequestedLevelOfAuthentication(context.getTopLevelFlow());
    if (requested > Constants.NO_LOA) {
      login.put("requestedAcr", requested);
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
