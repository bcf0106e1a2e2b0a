package dev.fallbackbridge.keycloak.login;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Stands in for one of Keycloak's interfaces, with the few methods that a test is about. Any other call fails, so that
 * nothing is answered by chance.
 *
 * @param <T> the interface
 */
public final class Stub<T> {

  private final Class<T> type;
  private final Map<String, Function<Object[], Object>> answers = new HashMap<>();

  private Stub(Class<T> type) {
    this.type = type;
  }

  public static <T> Stub<T> of(Class<T> type) {
    return new Stub<>(type);
  }

  /** Methods of that name, whatever their parameters, give this value. */
  public Stub<T> with(String method, Object value) {
    return with(method, arguments -> value);
  }

  /** Methods of that name answer by their arguments. */
  public Stub<T> with(String method, Function<Object[], Object> answer) {
    answers.put(method, answer);
    return this;
  }

  public T make() {
    InvocationHandler handler =
        (self, method, arguments) -> {
          Function<Object[], Object> answer = answers.get(method.getName());
          if (answer != null) {
            return answer.apply(arguments);
          }
          switch (method.getName()) {
            case "toString":
              return type.getSimpleName();
            case "hashCode":
              return System.identityHashCode(self);
            case "equals":
              return self == arguments[0];
            default:
              throw new UnsupportedOperationException(type.getSimpleName() + "." + method.getName());
          }
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
