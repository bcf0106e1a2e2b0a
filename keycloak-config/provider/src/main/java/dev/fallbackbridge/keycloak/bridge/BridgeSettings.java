package dev.fallbackbridge.keycloak.bridge;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * Where the bridge is, how it proves to be itself, and how much of the server it may take up.
 *
 * @param endpoint address of the step endpoint
 * @param bridgeId the audience of requests and the issuer of answers
 * @param thumbprints the one or two keys that answers may be signed with (RFC 7638, SHA-256, base64url)
 * @param maxParallelCalls calls at the same time; one more is refused at once
 * @param breakerFailures failures in a row after which no calls are made for a while
 * @param breakerOpenSeconds length of that while
 */
public record BridgeSettings(
    URI endpoint,
    String bridgeId,
    Set<String> thumbprints,
    int maxParallelCalls,
    int breakerFailures,
    int breakerOpenSeconds) {

  public static final String BRIDGE_URL = "bridgeUrl";
  public static final String BRIDGE_ID = "bridgeId";
  public static final String KEY_THUMBPRINTS = "bridgeKeyThumbprints";
  public static final String MAX_PARALLEL_CALLS = "maxParallelCalls";
  public static final String BREAKER_FAILURES = "breakerFailures";
  public static final String BREAKER_OPEN_SECONDS = "breakerOpenSeconds";
  public static final String ALLOW_PLAIN_HTTP = "allowPlainHttp";

  static final String DEFAULT_BRIDGE_ID = "fallback-bridge";
  static final int DEFAULT_MAX_PARALLEL_CALLS = 32;
  static final int DEFAULT_BREAKER_FAILURES = 5;
  static final int DEFAULT_BREAKER_OPEN_SECONDS = 10;

  private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern IDENTIFIER = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

  public BridgeSettings {
    thumbprints = Set.copyOf(thumbprints);
  }

  /** Settings that cannot be used; the message names the key and never a value. */
  public static final class InvalidSettings extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSettings(String message) {
      super(message);
    }
  }

  /** Reads what an administrator configured, strictly: a wrong value is an error and never a default. */
  public static BridgeSettings of(Map<String, String> config) throws InvalidSettings {
    Map<String, String> set = config == null ? Map.of() : config;
    String bridgeId = text(set, BRIDGE_ID, DEFAULT_BRIDGE_ID);
    if (!IDENTIFIER.matcher(bridgeId).matches()) {
      throw new InvalidSettings(BRIDGE_ID + " is not an identifier");
    }
    return new BridgeSettings(
        endpoint(text(set, BRIDGE_URL, ""), Boolean.parseBoolean(text(set, ALLOW_PLAIN_HTTP, "false"))),
        bridgeId,
        thumbprints(text(set, KEY_THUMBPRINTS, "")),
        number(set, MAX_PARALLEL_CALLS, DEFAULT_MAX_PARALLEL_CALLS, 1000),
        number(set, BREAKER_FAILURES, DEFAULT_BREAKER_FAILURES, 1000),
        number(set, BREAKER_OPEN_SECONDS, DEFAULT_BREAKER_OPEN_SECONDS, 3600));
  }

  /** The keys as the administration console shows them; also what keeps Keycloak from masking them. */
  public static List<ProviderConfigProperty> properties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(BRIDGE_URL)
        .label("Bridge URL")
        .helpText("Base address of the bridge, without path. Plain http is accepted for this machine only.")
        .type(ProviderConfigProperty.URL_TYPE)
        .add()
        .property()
        .name(BRIDGE_ID)
        .label("Bridge id")
        .helpText("The bridge's FALLBACK_BRIDGE_ID: audience of requests, issuer of answers.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(DEFAULT_BRIDGE_ID)
        .add()
        .property()
        .name(KEY_THUMBPRINTS)
        .label("Bridge key thumbprints")
        .helpText("RFC 7638 SHA-256 thumbprint of the bridge's signing key; two while it is being changed.")
        .type(ProviderConfigProperty.MULTIVALUED_STRING_TYPE)
        .add()
        .property()
        .name(MAX_PARALLEL_CALLS)
        .label("Calls at the same time")
        .helpText("One call more than this is refused at once, so that a slow bridge cannot hold up other logins.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(Integer.toString(DEFAULT_MAX_PARALLEL_CALLS))
        .add()
        .property()
        .name(BREAKER_FAILURES)
        .label("Failures until calls pause")
        .helpText("After so many failures in a row the bridge is not called for a while.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(Integer.toString(DEFAULT_BREAKER_FAILURES))
        .add()
        .property()
        .name(BREAKER_OPEN_SECONDS)
        .label("Seconds calls pause")
        .helpText("How long the bridge is then not called.")
        .type(ProviderConfigProperty.STRING_TYPE)
        .defaultValue(Integer.toString(DEFAULT_BREAKER_OPEN_SECONDS))
        .add()
        .property()
        .name(ALLOW_PLAIN_HTTP)
        .label("Allow plain http to another host")
        .helpText("Codes then cross the network readable. Only where something else encrypts that network.")
        .type(ProviderConfigProperty.BOOLEAN_TYPE)
        .defaultValue("false")
        .add()
        .build();
  }

  private static String text(Map<String, String> config, String key, String otherwise) {
    String value = config.get(key);
    return value == null || value.isBlank() ? otherwise : value.trim();
  }

  private static int number(Map<String, String> config, String key, int otherwise, int most) throws InvalidSettings {
    String value = text(config, key, Integer.toString(otherwise));
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below, like a number out of range.
    }
    throw new InvalidSettings(key + " is not a number from 1 to " + most);
  }

  private static URI endpoint(String address, boolean allowPlainHttp) throws InvalidSettings {
    URI base;
    try {
      base = new URI(address);
    } catch (URISyntaxException malformed) {
      throw new InvalidSettings(BRIDGE_URL + " is not an address");
    }
    boolean plain = "http".equals(base.getScheme());
    boolean usable =
        (plain || "https".equals(base.getScheme()))
            && base.getHost() != null
            && base.getRawUserInfo() == null
            && base.getRawQuery() == null
            && base.getRawFragment() == null;
    if (!usable) {
      throw new InvalidSettings(BRIDGE_URL + " is not an http(s) address without user, query and fragment");
    }
    if (plain && !allowPlainHttp && !LOOPBACK.matcher(base.getHost()).matches()) {
      throw new InvalidSettings(BRIDGE_URL + " is plain http to another host");
    }
    return URI.create(address.replaceAll("/+$", "") + "/v1/step");
  }

  private static Set<String> thumbprints(String configured) throws InvalidSettings {
    Set<String> found = new LinkedHashSet<>(Arrays.asList(configured.split("##|[,\\s]+")));
    found.remove("");
    if (found.isEmpty() || found.size() > 2) {
      throw new InvalidSettings(KEY_THUMBPRINTS + " must hold one or two thumbprints");
    }
    for (String each : found) {
      if (!THUMBPRINT.matcher(each).matches()) {
        throw new InvalidSettings(KEY_THUMBPRINTS + " holds something that is not a SHA-256 thumbprint");
      }
    }
    return found;
  }
}
