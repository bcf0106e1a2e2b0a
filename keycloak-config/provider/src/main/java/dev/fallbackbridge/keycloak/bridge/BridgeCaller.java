package dev.fallbackbridge.keycloak.bridge;

import dev.fallbackbridge.keycloak.server.ServerRelease;
import dev.fallbackbridge.keycloak.step.StepOutcome;
import dev.fallbackbridge.keycloak.step.StepRequest;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Asks the bridge one question and gives back its verified answer. Whatever goes wrong on the way, from missing
 * settings to a wrong claim, is the value {@link StepOutcome.Unavailable}; nothing is thrown.
 */
public final class BridgeCaller {

  private static final Logger LOG = Logger.getLogger(BridgeCaller.class);

  private final BridgeClient client;
  private final AnswerVerifier verifier = new AnswerVerifier(Time::currentTime);

  public BridgeCaller(BridgeClient client) {
    this.client = client;
  }

  /**
   * Sends a request for the realm of the session.
   *
   * @param config the settings of the step or the required action, as configured
   */
  public StepOutcome ask(KeycloakSession session, Map<String, String> config, StepRequest request) {
    StepOutcome outcome = attempt(session, config, request);
    if (outcome instanceof StepOutcome.Unavailable unavailable) {
      LOG.warnf(
          "No answer from the bridge: realm=%s action=%s operation=%s reason=%s",
          session.getContext().getRealm().getName(),
          request.action().wireName(),
          request.operation(),
          unavailable.reason().code());
    }
    return outcome;
  }

  private StepOutcome attempt(KeycloakSession session, Map<String, String> config, StepRequest request) {
    if (!ServerRelease.runningIsSupported()) {
      return new StepOutcome.Unavailable(UnavailableReason.SERVER_TOO_OLD);
    }
    BridgeSettings settings;
    try {
      settings = BridgeSettings.of(config);
    } catch (BridgeSettings.InvalidSettings invalid) {
      LOG.errorf(
          "The bridge is not configured in realm %s: %s",
          session.getContext().getRealm().getName(),
          invalid.getMessage());
      return new StepOutcome.Unavailable(UnavailableReason.NOT_CONFIGURED);
    }
    RealmModel realm = session.getContext().getRealm();
    Optional<RealmSigner> signer = RealmSigner.of(session, realm);
    if (signer.isEmpty()) {
      return new StepOutcome.Unavailable(UnavailableReason.NO_SIGNING_KEY);
    }
    return send(settings, RealmIssuer.of(session, realm), signer.get(), request);
  }

  private StepOutcome send(BridgeSettings settings, String issuer, RealmSigner signer, StepRequest request) {
    String[] lastId = new String[1];
    CallResult result =
        client.call(
            settings,
            () -> {
              lastId[0] = RandomId.next();
              return signer.sign(
                  request.claims(
                      issuer, settings.bridgeId(), lastId[0], Time.currentTime(), ServerRelease.running()));
            });
    if (result instanceof CallResult.Answered answered) {
      return verifier.verify(
          answered.body(),
          new AnswerVerifier.Expected(settings.bridgeId(), issuer, lastId[0], settings.thumbprints()));
    }
    return new StepOutcome.Unavailable(((CallResult.NotAnswered) result).reason());
  }
}
