package io.natsproxy.core.discovery;

import io.natsproxy.core.management.ServiceManagement;
import io.natsproxy.core.wire.LiteralSubject;

/**
 * Settings of a service that is to be discovered.
 *
 * @param prefix one or more tokens in front of the subjects on which it is asked, without
 * a dot at the end
 * @param service what it tells of itself
 * @param document makes its OpenAPI document
 * @param management has the management endpoints of its application
 */
public record ServiceDiscovery(String prefix, ServiceDescription service, ServiceDocument.Source document,
		ServiceManagement management) {

	/**
	 * The prefix that all tools use unless they are told another.
	 */
	public static final String DEFAULT_PREFIX = "$SRV";

	public ServiceDiscovery {
		requirePrefix(prefix);
	}

	/**
	 * Checks a prefix.
	 * @param prefix the prefix
	 * @throws IllegalArgumentException if it is no literal subject
	 */
	public static void requirePrefix(String prefix) {
		if (!LiteralSubject.isValid(prefix)) {
			throw new IllegalArgumentException("Discovery prefix '" + prefix
					+ "' is not a literal NATS subject: expected tokens separated by dots, without wildcards or spaces");
		}
	}

	/**
	 * Creates the settings of a service without a document.
	 * @param prefix one or more tokens in front of the subjects on which it is asked,
	 * without a dot at the end
	 * @param service what it tells of itself
	 */
	public ServiceDiscovery(String prefix, ServiceDescription service) {
		this(prefix, service, ServiceDocument.Source.NONE, ServiceManagement.NONE);
	}

	/**
	 * Creates the settings of a service with the prefix that all tools use.
	 * @param service what it tells of itself
	 */
	public ServiceDiscovery(ServiceDescription service) {
		this(DEFAULT_PREFIX, service);
	}

	/**
	 * Returns the settings of a service that has a document.
	 * @param document makes the OpenAPI document
	 * @return settings that are the same otherwise
	 */
	public ServiceDiscovery document(ServiceDocument.Source document) {
		return new ServiceDiscovery(this.prefix, this.service, document, this.management);
	}

	/**
	 * Returns the settings of a service that has management endpoints.
	 * @param management has the endpoints
	 * @return settings that are the same otherwise
	 */
	public ServiceDiscovery management(ServiceManagement management) {
		return new ServiceDiscovery(this.prefix, this.service, this.document, management);
	}

}
