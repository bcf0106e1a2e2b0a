package dev.fallbackbridge.keycloak.watch;

import java.util.List;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/** The settings of a watch step in the flow. */
public final class WatchConfig {

  /** What happens after a failure: {@link #CONTINUE} or {@link #STAY}. */
  public static final String ON_FAILURE = "onFailure";

  /** On to the next step at once, in the same request. */
  public static final String CONTINUE = "continue";

  /** An error page from which the person tries again or takes another way. */
  public static final String STAY = "stay";

  private WatchConfig() {}

  static List<ProviderConfigProperty> properties() {
    return ProviderConfigurationBuilder.create()
        .property()
        .name(ON_FAILURE)
        .label("After a failure")
        .helpText(
            "continue: on to the next step at once. stay: an error page from which the person can try again or take"
                + " another way.")
        .type(ProviderConfigProperty.LIST_TYPE)
        .options(CONTINUE, STAY)
        .defaultValue(CONTINUE)
        .add()
        .build();
  }
}
