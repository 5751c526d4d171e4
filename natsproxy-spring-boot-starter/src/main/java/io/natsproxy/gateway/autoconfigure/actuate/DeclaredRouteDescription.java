package io.natsproxy.gateway.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.NatsRoute;

import org.springframework.http.HttpMethod;

/**
 * What operators are shown of a declared route.
 */
final class DeclaredRouteDescription {

	private DeclaredRouteDescription() {
	}

	static Map<String, Object> of(NatsRoute route) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("target", route.target().kind());
		described.put("methods", route.methods().stream().map(HttpMethod::name).sorted().toList());
		described.put("path", route.path().getPatternString());
		described.put("subjects", subjects(route));
		described.put("verified", route.verifier() != null);
		return described;
	}

	/**
	 * Returns the templates of subjects or keys.
	 */
	static List<String> subjects(NatsRoute route) {
		return route.target().templates().stream().map(SubjectTemplate::toString).toList();
	}

}
