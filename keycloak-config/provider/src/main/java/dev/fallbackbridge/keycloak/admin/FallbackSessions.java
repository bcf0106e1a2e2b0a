package dev.fallbackbridge.keycloak.admin;

import dev.fallbackbridge.keycloak.session.SessionMarks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.services.managers.AuthenticationManager;

/** Shows and ends sessions that came about by a fallback, and no others. */
final class FallbackSessions {

  private final KeycloakSession session;
  private final RealmModel realm;

  FallbackSessions(KeycloakSession session, RealmModel realm) {
    this.session = session;
    this.realm = realm;
  }

  /** What is known of a fallback session; {@link AdminProblem} 404 for every other id. */
  Map<String, Object> describe(String id) {
    UserSessionModel found =
        bySessionId(id).stream()
            .filter(SessionMarks::areOn)
            .findFirst()
            .orElseThrow(() -> AdminProblem.notFound("fallback session"));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", found.getId());
    facts.put("case", found.getNote(SessionMarks.CASE));
    OptionalLong endsAt = SessionMarks.endsAt(found);
    facts.put("endsAt", endsAt.isPresent() ? endsAt.getAsLong() : null);
    facts.put("userId", found.getUser() == null ? null : found.getUser().getId());
    facts.put("started", found.getStarted());
    return facts;
  }

  /** Ends a fallback session everywhere, with the offline session that may have come out of it. */
  void end(String id, ClientModel caller) {
    List<UserSessionModel> found = bySessionId(id);
    if (found.isEmpty()) {
      throw AdminProblem.notFound("session");
    }
    List<UserSessionModel> fallback = found.stream().filter(SessionMarks::areOn).toList();
    if (fallback.isEmpty()) {
      throw AdminProblem.conflict("not_a_fallback_session", "only fallback sessions are ended");
    }
    fallback.forEach(each -> logOut(each, caller));
  }

  private void logOut(UserSessionModel ending, ClientModel caller) {
    EventBuilder event =
        new EventBuilder(realm, session, session.getContext().getConnection())
            .event(EventType.LOGOUT)
            .client(caller)
            .user(ending.getUser())
            .session(ending)
            .detail("fallback_case", ending.getNote(SessionMarks.CASE));
    AuthenticationManager.backchannelLogout(session, ending, true);
    event.success();
  }

  private List<UserSessionModel> bySessionId(String id) {
    return Stream.of(
            session.sessions().getUserSession(realm, id), session.sessions().getOfflineUserSession(realm, id))
        .filter(Objects::nonNull)
        .toList();
  }
}
