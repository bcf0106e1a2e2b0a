package dev.fallbackbridge.keycloak.enrolment;

import dev.fallbackbridge.keycloak.bridge.BridgeCaller;
import dev.fallbackbridge.keycloak.bridge.RandomId;
import dev.fallbackbridge.keycloak.bridge.UnavailableReason;
import dev.fallbackbridge.keycloak.credential.BridgeTotpCredential;
import dev.fallbackbridge.keycloak.proof.PasskeyLogin;
import dev.fallbackbridge.keycloak.session.SessionMarks;
import dev.fallbackbridge.keycloak.step.LoginClaims;
import dev.fallbackbridge.keycloak.step.StepAction;
import dev.fallbackbridge.keycloak.step.StepAnswer;
import dev.fallbackbridge.keycloak.step.StepOutcome;
import dev.fallbackbridge.keycloak.step.StepRequest;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.authentication.CredentialRegistrator;
import org.keycloak.authentication.InitiatedActionSupport;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.credential.CredentialModel;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserSessionModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Sets up the bridge's TOTP: the bridge makes the secret and keeps it, Keycloak shows it once and stores a handle.
 *
 * <p>Not in a fallback session: whoever got in without the biometric check must not leave a factor of their own.
 */
final class EnrolmentAction implements RequiredActionProvider, CredentialRegistrator {

  static final String CODE = "code";

  private static final String FACTOR_NOTE = "fallback-bridge.enrolment.factor.";
  private static final int MAX_CODE = 64;

  private final BridgeCaller bridge;

  EnrolmentAction(BridgeCaller bridge) {
    this.bridge = bridge;
  }

  @Override
  public InitiatedActionSupport initiatedActionSupport() {
    return InitiatedActionSupport.SUPPORTED;
  }

  @Override
  public String getCredentialType(KeycloakSession session, AuthenticationSessionModel login) {
    return BridgeTotpCredential.TYPE;
  }

  @Override
  public void evaluateTriggers(RequiredActionContext context) {
    // Who has to have a fallback is for administrators to say. But Keycloak comes by here right before every login ends.
    PasskeyLogin.tell(context.getAuthenticationSession(), context.getUser(), context.getEvent()::detail);
  }

  @Override
  public void requiredActionChallenge(RequiredActionContext context) {
    if (isFallback(context)) {
      refuseOrPostpone(context);
      return;
    }
    StepOutcome outcome = ask(context, StepAction.BEGIN_ENROLMENT, shownInApp(context));
    if (!(outcome instanceof StepAnswer.Enrol) && !isAskedFor(context)) {
      // Somebody who only wants to log in must not notice a dead or unwilling bridge; the action stays pending.
      context.ignore();
      return;
    }
    respond(context, outcome, false);
  }

  @Override
  public void processAction(RequiredActionContext context) {
    if (isFallback(context)) {
      refuse(context);
      return;
    }
    MultivaluedMap<String, String> fields = context.getHttpRequest().getDecodedFormParameters();
    String factor = context.getAuthenticationSession().getAuthNote(noteOf(context));
    List<String> codes = fields.getOrDefault(CODE, List.of());
    boolean blank = codes.isEmpty() || (codes.size() == 1 && codes.get(0).isBlank());
    if (factor == null || blank) {
      StepOutcome begun = ask(context, StepAction.BEGIN_ENROLMENT, shownInApp(context));
      respond(context, begun, factor != null && !codes.isEmpty());
      return;
    }
    Map<String, Object> input = new HashMap<>(shownInApp(context));
    input.put("factor", factor);
    input.put(CODE, codeClaim(codes));
    StepOutcome outcome = ask(context, StepAction.CONFIRM_ENROLMENT, input);
    if (outcome instanceof StepAnswer.Enrolled enrolled && enrolled.factor().equals(factor)) {
      finish(context, enrolled);
    } else {
      respond(context, outcome, false);
    }
  }

  private void respond(RequiredActionContext context, StepOutcome outcome, boolean codeMissing) {
    if (outcome instanceof StepAnswer.Enrol enrol) {
      context.getAuthenticationSession().setAuthNote(noteOf(context), enrol.factor());
      if (enrol.wrongCode()) {
        event(context).error(Errors.INVALID_USER_CREDENTIALS);
      }
      context.challenge(EnrolmentPages.enrol(context, enrol, codeMissing));
    } else if (outcome instanceof StepAnswer.Denied denied) {
      event(context).detail("reason", denied.reason().code()).error("fallback_denied");
      context.challenge(EnrolmentPages.message(context, "fallbackBridgeDenied." + denied.reason().code(), false));
    } else {
      unavailable(
          context,
          outcome instanceof StepOutcome.Unavailable unavailable
              ? unavailable.reason()
              : UnavailableReason.OUT_OF_PLACE);
    }
  }

  /** Stores the factor that this login began and has just proved to work; older ones go. */
  private void finish(RequiredActionContext context, StepAnswer.Enrolled enrolled) {
    List<String> older =
        context
            .getUser()
            .credentialManager()
            .getStoredCredentialsByTypeStream(BridgeTotpCredential.TYPE)
            .map(CredentialModel::getId)
            .toList();
    context.getUser().credentialManager().createStoredCredential(BridgeTotpCredential.create(enrolled.factor()));
    older.forEach(context.getUser().credentialManager()::removeStoredCredentialById);
    context.getAuthenticationSession().removeAuthNote(noteOf(context));
    context
        .getEvent()
        .event(EventType.UPDATE_CREDENTIAL)
        .detail(Details.CREDENTIAL_TYPE, BridgeTotpCredential.TYPE);
    context.success();
  }

  /** A fallback login goes on without an enrolment that somebody else ordered; it stays due in the next one. */
  private void refuseOrPostpone(RequiredActionContext context) {
    if (isAskedFor(context)) {
      refuse(context);
    } else {
      context.ignore();
    }
  }

  private void refuse(RequiredActionContext context) {
    event(context).detail("reason", "fallback_session").error("fallback_denied");
    context.challenge(EnrolmentPages.message(context, "fallbackBridgeEnrolInFallback", false));
  }

  private void unavailable(RequiredActionContext context, UnavailableReason reason) {
    event(context).detail("reason", reason.code()).error("fallback_unavailable");
    context.challenge(EnrolmentPages.message(context, "fallbackBridgeEnrolUnavailable", true));
  }

  private StepOutcome ask(RequiredActionContext context, StepAction action, Map<String, Object> input) {
    Map<String, Object> login =
        LoginClaims.of(
            context.getSession(),
            context.getAuthenticationSession(),
            context.getUser(),
            EnrolmentActionFactory.PROVIDER_ID);
    Map<String, String> config = context.getConfig() == null ? Map.of() : context.getConfig().getConfig();
    return bridge.ask(context.getSession(), config, new StepRequest(RandomId.next(), action, login, input));
  }

  /** Whether the person asked for the enrolment, rather than being made to enrol on the way in. */
  private static boolean isAskedFor(RequiredActionContext context) {
    return EnrolmentActionFactory.PROVIDER_ID.equals(
        context.getAuthenticationSession().getClientNote(Constants.KC_ACTION));
  }

  /** The two texts an authenticator app shows beside the code. */
  private static Map<String, Object> shownInApp(RequiredActionContext context) {
    String displayName = context.getRealm().getDisplayName();
    String issuer = displayName == null || displayName.isBlank() ? context.getRealm().getName() : displayName;
    return Map.of(
        "label", AppLabel.fit(context.getUser().getUsername(), AppLabel.LABEL_COST),
        "issuer", AppLabel.fit(issuer, AppLabel.ISSUER_COST));
  }

  private static boolean isFallback(RequiredActionContext context) {
    AuthenticationSessionModel login = context.getAuthenticationSession();
    UserSessionModel continued =
        context.getSession().sessions().getUserSession(context.getRealm(), login.getParentSession().getId());
    return SessionMarks.areOn(login, continued);
  }

  private static EventBuilder event(RequiredActionContext context) {
    return context
        .getEvent()
        .clone()
        .event(EventType.UPDATE_CREDENTIAL)
        .user(context.getUser())
        .detail(Details.CREDENTIAL_TYPE, BridgeTotpCredential.TYPE);
  }

  private static Object codeClaim(List<String> codes) {
    List<String> cut =
        codes.stream().limit(4).map(code -> code.length() > MAX_CODE ? code.substring(0, MAX_CODE) : code).toList();
    return cut.size() == 1 ? cut.get(0) : cut;
  }

  private static String noteOf(RequiredActionContext context) {
    return FACTOR_NOTE + context.getUser().getId();
  }

  @Override
  public void close() {
    // The client belongs to the factory.
  }
}
