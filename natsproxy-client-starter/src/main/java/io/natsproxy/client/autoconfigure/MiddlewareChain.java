package io.natsproxy.client.autoconfigure;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.webflux.path.PathCondition;
import io.natsproxy.webflux.server.NatsMiddleware;

/**
 * The middleware of a service in order, with the settings of the application applied.
 */
final class MiddlewareChain {

	private static final String PROPERTY = "natsproxy.service.middleware.";

	private MiddlewareChain() {
	}

	/**
	 * Applies the settings.
	 * @param ordered all middleware in order
	 * @param byName the same by the names of the beans
	 * @param settings settings by the names of the beans
	 * @return the middleware that is to run
	 * @throws InvalidNatsSettingException if settings are for middleware that is not
	 * there, or contradict themselves
	 */
	static List<NatsMiddleware> of(List<NatsMiddleware> ordered, Map<String, NatsMiddleware> byName,
			Map<String, ServiceProperties.Middleware> settings) {
		for (String name : settings.keySet()) {
			if (!byName.containsKey(name)) {
				throw new InvalidNatsSettingException(
						"There is no NatsMiddleware bean of the name '" + name + "', only " + byName.keySet() + ".",
						"Correct or remove " + PROPERTY + name + ".", null);
			}
		}
		Map<NatsMiddleware, String> names = new IdentityHashMap<>();
		byName.forEach((name, middleware) -> names.put(middleware, name));
		List<NatsMiddleware> chain = new ArrayList<>();
		for (NatsMiddleware middleware : ordered) {
			String name = names.get(middleware);
			ServiceProperties.Middleware setting = (name != null) ? settings.get(name) : null;
			if (setting == null) {
				chain.add(middleware);
			}
			else if (setting.enabled()) {
				chain.add(InvalidNatsSettingException.check(PROPERTY + name, () -> on(middleware, setting)));
			}
		}
		return chain;
	}

	private static NatsMiddleware on(NatsMiddleware middleware, ServiceProperties.Middleware setting) {
		PathCondition path = PathCondition.of(setting.path(), setting.regex());
		return (path != null) ? middleware.on(path) : middleware;
	}

}
