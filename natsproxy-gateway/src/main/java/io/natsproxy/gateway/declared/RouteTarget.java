package io.natsproxy.gateway.declared;

import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.SubjectTemplate;

import org.springframework.http.HttpMethod;

/**
 * What a declared route leads to: a description, immutable, of which a
 * {@link RouteHandlerFactory} makes a handler.
 */
public interface RouteTarget {

	/**
	 * Returns the kind of target.
	 * @return the name of its property, such as {@code key-value}
	 */
	String kind();

	/**
	 * Returns the methods that can be answered. HEAD is answered wherever GET is.
	 * @return the methods, of which a route may allow fewer
	 */
	Set<HttpMethod> methods();

	/**
	 * Returns whether a server without JetStream has nothing for it.
	 * @return {@code false} for subjects
	 */
	default boolean requiresJetStream() {
		return false;
	}

	/**
	 * Returns the templates by which requests become subjects or keys.
	 * @return the templates, whose variables a route must have
	 */
	default List<SubjectTemplate> templates() {
		return List.of();
	}

}
