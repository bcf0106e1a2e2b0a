package dev.fallbackbridge.keycloak.device;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.keycloak.Token;
import org.keycloak.TokenCategory;

/**
 * Whose passkeys have worked in one browser, as Keycloak signs it for one realm. It names users by their ids and
 * nothing else of them.
 *
 * @param type what kind of token this is: the realm's keys sign others too
 * @param realm id of the realm
 * @param users the few latest ones, by user id
 */
record SeenUsers(
    @JsonProperty("typ") String type,
    @JsonProperty("realm") String realm,
    @JsonProperty("users") Map<String, Seen> users)
    implements Token {

  static final String TYPE = "fallback-bridge-device";

  /** Of one browser; the one whose last success is the oldest makes room. */
  static final int MAX_USERS = 5;

  /** How long a success counts, in seconds: 180 days. */
  static final int LIFE_SECONDS = 180 * 24 * 60 * 60;

  /**
   * One user's successes.
   *
   * @param since epoch milliseconds of the first one of those that followed one another within {@link #LIFE_SECONDS}
   * @param last epoch milliseconds of the last one
   */
  record Seen(@JsonProperty("since") long since, @JsonProperty("last") long last) {

    private boolean countsAt(long now) {
      return since > 0 && since <= last && now - last < LIFE_SECONDS * 1000L;
    }
  }

  /** A browser in which nobody's passkey has worked. */
  static SeenUsers nobody(String realm) {
    return new SeenUsers(TYPE, realm, Map.of());
  }

  /** Whether this was signed to be what it is used as, and for this realm. */
  boolean isOf(String realmId) {
    return TYPE.equals(type)
        && realmId.equals(realm)
        && users != null
        && users.values().stream().allMatch(Objects::nonNull);
  }

  /** Since when this user's passkeys have worked here; empty when none did within {@link #LIFE_SECONDS}. */
  OptionalLong since(String user, long now) {
    Seen seen = users.get(user);
    return seen == null || !seen.countsAt(now) ? OptionalLong.empty() : OptionalLong.of(seen.since());
  }

  /** With a success of this user, and without the others that have expired or are too many. */
  SeenUsers with(String user, long now) {
    Stream<Map.Entry<String, Seen>> others =
        users.entrySet().stream()
            .filter(each -> !each.getKey().equals(user) && each.getValue().countsAt(now))
            .sorted(Comparator.comparingLong(each -> -each.getValue().last()))
            .limit(MAX_USERS - 1);
    Map<String, Seen> kept = new LinkedHashMap<>();
    kept.put(user, new Seen(since(user, now).orElse(now), now));
    others.forEach(each -> kept.put(each.getKey(), each.getValue()));
    return new SeenUsers(TYPE, realm, kept);
  }

  @Override
  @JsonIgnore
  public TokenCategory getCategory() {
    return TokenCategory.INTERNAL;
  }
}
