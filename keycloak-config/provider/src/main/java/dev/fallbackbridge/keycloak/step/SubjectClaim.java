package dev.fallbackbridge.keycloak.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.models.ClientModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.RoleUtils;

/**
 * What a user may do and belongs to, for the policy's conditions. A list that does not fit is left out whole, as half
 * of one would hide the role that matters; the bridge takes a missing list for the worst.
 */
public final class SubjectClaim {

  static final int MAX_ENTRIES = 150;
  static final int MAX_ENTRY_LENGTH = 255;

  /** Of one list as it stands in the request; two of them and all the rest stay within what the bridge reads. */
  static final int MAX_BYTES = 4096;

  private static final ObjectMapper JSON = new ObjectMapper();

  private SubjectClaim() {}

  /** Roles, with composite and inherited ones, and groups, both sorted. */
  static Map<String, Object> of(UserModel user) {
    return of(rolesOf(user), groupsOf(user));
  }

  static Map<String, Object> of(Stream<String> roles, Stream<String> groups) {
    Map<String, Object> claim = new LinkedHashMap<>();
    fitting(roles).ifPresent(list -> claim.put("roles", list));
    fitting(groups).ifPresent(list -> claim.put("groups", list));
    return claim;
  }

  /** Names of all roles, in no order; a name may come twice. */
  public static Stream<String> rolesOf(UserModel user) {
    return RoleUtils.getDeepUserRoleMappings(user).stream().map(SubjectClaim::nameOf);
  }

  /** Paths of the user's own groups, in no order. */
  public static Stream<String> groupsOf(UserModel user) {
    return user.getGroupsStream().map(KeycloakModelUtils::buildGroupPath);
  }

  /** A realm role goes by its name, a client's by the client's id before it. */
  private static String nameOf(RoleModel role) {
    return role.getContainer() instanceof ClientModel client
        ? client.getClientId() + "/" + role.getName()
        : role.getName();
  }

  private static Optional<List<String>> fitting(Stream<String> entries) {
    List<String> list = entries.distinct().sorted().toList();
    boolean fits =
        list.size() <= MAX_ENTRIES
            && list.stream().allMatch(entry -> entry.length() <= MAX_ENTRY_LENGTH)
            && bytesOf(list) <= MAX_BYTES;
    return fits ? Optional.of(list) : Optional.empty();
  }

  private static int bytesOf(List<String> list) {
    try {
      return JSON.writeValueAsBytes(list).length;
    } catch (JsonProcessingException unwritable) {
      // A text that is no proper Unicode; the request could not be written either.
      return Integer.MAX_VALUE;
    }
  }
}
