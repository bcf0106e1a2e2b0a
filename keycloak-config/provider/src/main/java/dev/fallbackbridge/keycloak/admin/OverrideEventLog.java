package dev.fallbackbridge.keycloak.admin;

import java.util.concurrent.TimeUnit;
import org.keycloak.common.util.Time;
import org.keycloak.events.EventStoreProvider;
import org.keycloak.events.admin.OperationType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.services.resources.admin.AdminEventBuilder;

/**
 * Writes override events into the realm's event log, each at most once.
 *
 * <p>The log is read before it is written; between two writers at the same time, or a writer and its commit, stands a
 * short-lived guard. That an event was written is known only once it can be read back.
 */
final class OverrideEventLog {

  static final String RESOURCE_TYPE = "BIOMETRIC_OVERRIDE";

  private static final long GUARD_SECONDS = 30;

  /** Events are written after they happened; a day covers any difference of clocks. */
  private static final long SLACK_MILLIS = TimeUnit.DAYS.toMillis(1);

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminEventBuilder builder;

  OverrideEventLog(KeycloakSession session, RealmModel realm, AdminEventBuilder builder) {
    this.session = session;
    this.realm = realm;
    this.builder = builder;
  }

  /**
   * Writes the event unless it is there already.
   *
   * @return whether it was written now
   * @throws AdminProblem when the realm keeps no admin events, or the same event is being written by somebody else
   */
  boolean write(OverrideEvent event) {
    EventStoreProvider store = session.getProvider(EventStoreProvider.class);
    if (!realm.isAdminEventsEnabled() || store == null) {
      throw AdminProblem.conflict("events_disabled", "the realm does not save admin events");
    }
    if (event.at() > Time.currentTimeMillis() + SLACK_MILLIS) {
      throw AdminProblem.malformed("at");
    }
    String guard = "fallback-bridge.event." + realm.getId() + "." + event.eventId();
    SingleUseObjectProvider guards = session.singleUseObjects();
    boolean first = guards.putIfAbsent(guard, GUARD_SECONDS);
    if (stands(store, event)) {
      if (first) {
        guards.remove(guard);
      }
      return false;
    }
    if (!first) {
      throw AdminProblem.conflict("in_flight", "the event is being written");
    }
    // The guard stays until it runs out: this transaction commits after the answer is on its way.
    send(event);
    return true;
  }

  private boolean stands(EventStoreProvider store, OverrideEvent event) {
    String path = String.join("/", event.path());
    return store
        .createAdminQuery()
        .realm(realm.getId())
        .resourcePath(path)
        .fromTime(event.at() - SLACK_MILLIS)
        .getResultStream()
        .filter(found -> RESOURCE_TYPE.equals(found.getResourceTypeAsString()))
        .anyMatch(found -> path.equals(found.getResourcePath()));
  }

  private void send(OverrideEvent event) {
    builder.resource(RESOURCE_TYPE).operation(OperationType.ACTION).resourcePath(event.path());
    event.details().forEach(builder::detail);
    builder
        .detail("event", event.event())
        .detail("event_id", event.eventId())
        .detail("fallback_case", event.caseId())
        .detail("user_id", event.userId())
        .detail("at", Long.toString(event.at()));
    if (!event.representation().isEmpty()) {
      builder.representation(event.representation());
    }
    builder.success();
  }
}
