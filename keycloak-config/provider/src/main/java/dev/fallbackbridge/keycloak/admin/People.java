package dev.fallbackbridge.keycloak.admin;

import dev.fallbackbridge.keycloak.step.SubjectClaim;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keycloak.models.GroupModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.StorageUnavailableUserModelDelegate;

/**
 * The few facts about people by which the bridge knows who may decide, and whom to tell: roles, groups, whether the
 * account can be used, and the two attributes that the bridge names, by which it knows natural persons and to whom they
 * report. No credential, no secret.
 */
final class People {

  static final int MOST_IDS = 50;
  static final int MOST_MEMBERS = 200;

  /** An id from a directory holds what the directory's own ids hold, such as spaces and umlauts. */
  private static final Pattern USER_ID = Pattern.compile("[^\\p{Cntrl}]{1,255}");

  private static final Pattern ATTRIBUTE = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final Pattern LOCALE = Pattern.compile("[A-Za-z0-9_-]{2,35}");
  private static final int MAX_TEXT = 255;
  private static final int PAGE = 100;

  private final KeycloakSession session;
  private final RealmModel realm;
  private final Attributes attributes;

  /** Names of the attributes whose values tell natural persons apart, and name whom they report to; null for none. */
  record Attributes(String identity, String manager) {
    Attributes {
      checked(identity, "identity");
      checked(manager, "manager");
    }

    private static void checked(String name, String what) {
      if (name != null && !ATTRIBUTE.matcher(name).matches()) {
        throw AdminProblem.malformed(what);
      }
    }
  }

  People(KeycloakSession session, RealmModel realm, Attributes attributes) {
    this.session = session;
    this.realm = realm;
    this.attributes = attributes;
  }

  /**
   * Those with these ids, and the one with this user name where it is not null, each once. {@link AdminProblem} 400 for
   * no ids, more than fifty, an id or a name that is none; 503 where somebody's directory cannot be asked: Keycloak shows
   * them as disabled then, which nobody has said.
   */
  Map<String, Object> named(List<String> ids, String username) {
    if (ids.isEmpty() || ids.size() > MOST_IDS || !ids.stream().allMatch(USER_ID.asMatchPredicate())) {
      throw AdminProblem.malformed("id");
    }
    if (username != null && (username.isBlank() || username.length() > MAX_TEXT)) {
      throw AdminProblem.malformed("username");
    }
    Map<String, UserModel> found = new LinkedHashMap<>();
    Stream<UserModel> withIds =
        ids.stream().distinct().map(id -> session.users().getUserById(realm, id));
    Stream<UserModel> withName =
        Stream.ofNullable(username).map(name -> session.users().getUserByUsername(realm, name));
    Stream.concat(withIds, withName)
        .filter(Objects::nonNull)
        .forEach(each -> found.putIfAbsent(each.getId(), each));
    if (found.values().stream().anyMatch(StorageUnavailableUserModelDelegate.class::isInstance)) {
      throw AdminProblem.unavailable("a user storage does not answer");
    }
    return answer(found.values().stream());
  }

  /** The first two hundred whose account can be used; {@link AdminProblem} 404 where there is no such group. */
  Map<String, Object> membersOf(String path) {
    if (path == null || path.isBlank() || path.length() > MAX_TEXT) {
      throw AdminProblem.malformed("group");
    }
    GroupModel group = KeycloakModelUtils.findGroupByPath(session, realm, path);
    if (group == null) {
      throw AdminProblem.notFound("group");
    }
    Map<String, UserModel> found = new LinkedHashMap<>();
    collect(group, found);
    return answer(found.values().stream());
  }

  private void collect(GroupModel group, Map<String, UserModel> found) {
    for (int from = 0; found.size() < MOST_MEMBERS; from += PAGE) {
      List<UserModel> page = session.users().getGroupMembersStream(realm, group, from, PAGE).toList();
      page.stream()
          .filter(UserModel::isEnabled)
          .limit(MOST_MEMBERS - found.size())
          .forEach(each -> found.put(each.getId(), each));
      // A short page is not the last one: who is not in the directory any more is left out of it.
      if (page.isEmpty()) {
        break;
      }
    }
    group.getSubGroupsStream().forEach(below -> collect(below, found));
  }

  private Map<String, Object> answer(Stream<UserModel> people) {
    return Map.of("people", people.map(user -> factsOf(user, attributes)).toList());
  }

  /** What is told of one. Absent is what is not known, or not for certain. */
  static Map<String, Object> factsOf(UserModel user, Attributes attributes) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", user.getId());
    facts.put("username", user.getUsername());
    facts.put("enabled", user.isEnabled());
    facts.put("serviceAccount", user.getServiceAccountClientLink() != null);
    facts.put("roles", SubjectClaim.rolesOf(user).distinct().sorted().toList());
    facts.put("groups", SubjectClaim.groupsOf(user).distinct().sorted().toList());
    onlyValueOf(user, attributes.identity).ifPresent(value -> facts.put("identity", value));
    onlyValueOf(user, attributes.manager).ifPresent(value -> facts.put("manager", value));
    if (user.isEmailVerified()) {
      text(user.getEmail(), value -> !value.isBlank()).ifPresent(value -> facts.put("email", value));
    }
    text(user.getFirstAttribute(UserModel.LOCALE), LOCALE.asMatchPredicate())
        .ifPresent(value -> facts.put("locale", value));
    return facts;
  }

  /** Of two values nobody could say which one tells who it is, or whom they report to. */
  private static Optional<String> onlyValueOf(UserModel user, String attribute) {
    if (attribute == null) {
      return Optional.empty();
    }
    List<String> values =
        user.getAttributeStream(attribute).filter(value -> value != null && !value.isBlank()).limit(2).toList();
    return values.size() == 1 ? text(values.get(0).strip(), value -> true) : Optional.empty();
  }

  private static Optional<String> text(String value, Predicate<String> proper) {
    return Optional.ofNullable(value).filter(found -> found.length() <= MAX_TEXT).filter(proper);
  }
}
