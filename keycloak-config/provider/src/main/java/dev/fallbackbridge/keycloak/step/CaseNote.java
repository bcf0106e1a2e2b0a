package dev.fallbackbridge.keycloak.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * Which case this execution last showed to this user, and which check of Keycloak's own its page is for. Kept on the
 * server, so that the browser cannot say where a code goes or which case is granted.
 *
 * @param userId the user it was shown to
 * @param caseId the bridge's case
 * @param localCheck the check that Keycloak makes itself of what that page posts; empty for none
 * @param waits whether people have to decide about the case before anything can be posted for it
 */
record CaseNote(String userId, String caseId, Optional<String> localCheck, boolean waits) {

  private static final String PREFIX = "fallback-bridge.case.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The case of this execution and user; empty before the first answer. */
  static Optional<CaseNote> find(AuthenticationFlowContext context) {
    String note = context.getAuthenticationSession().getAuthNote(PREFIX + context.getExecution().getId());
    if (note == null) {
      return Optional.empty();
    }
    try {
      JsonNode read = JSON.readTree(note);
      return Optional.of(
              new CaseNote(
                  read.path("user").asText(),
                  read.path("case").asText(),
                  Optional.ofNullable(read.path("local").textValue()),
                  read.path("waits").asBoolean()))
          .filter(found -> found.userId.equals(context.getUser().getId()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Remembers what is being shown; {@code localCheck} is null where the bridge itself looks at what is posted. */
  static void keep(AuthenticationFlowContext context, String caseId, String localCheck) {
    keep(context, new CaseNote(context.getUser().getId(), caseId, Optional.ofNullable(localCheck), false));
  }

  /** Remembers that the case waits for people. */
  static void keepWaiting(AuthenticationFlowContext context, String caseId) {
    keep(context, new CaseNote(context.getUser().getId(), caseId, Optional.empty(), true));
  }

  /** Nobody is waited for any more; the case stays the one that was shown. */
  static void stopWaiting(AuthenticationFlowContext context) {
    find(context).filter(CaseNote::waits).ifPresent(note -> keep(context, note.caseId, null));
  }

  private static void keep(AuthenticationFlowContext context, CaseNote note) {
    String written =
        JSON.createObjectNode()
            .put("user", note.userId)
            .put("case", note.caseId)
            .put("local", note.localCheck.orElse(null))
            .put("waits", note.waits)
            .toString();
    context.getAuthenticationSession().setAuthNote(PREFIX + context.getExecution().getId(), written);
  }
}
