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
 */
record CaseNote(String userId, String caseId, Optional<String> localCheck) {

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
                  Optional.ofNullable(read.path("local").textValue())))
          .filter(found -> found.userId.equals(context.getUser().getId()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Remembers what is being shown; {@code localCheck} is null where the bridge itself looks at what is posted. */
  static void keep(AuthenticationFlowContext context, String caseId, String localCheck) {
    String note =
        JSON.createObjectNode()
            .put("user", context.getUser().getId())
            .put("case", caseId)
            .put("local", localCheck)
            .toString();
    context.getAuthenticationSession().setAuthNote(PREFIX + context.getExecution().getId(), note);
  }
}
