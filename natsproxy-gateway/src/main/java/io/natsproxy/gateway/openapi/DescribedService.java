package io.natsproxy.gateway.openapi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.subject.RouteSubjects;
import org.jspecify.annotations.Nullable;

/**
 * All that the description of a service is made of: of equal ones the same is made.
 *
 * @param name its name
 * @param version its version
 * @param hash the hash of its document, {@code null} for none
 * @param endpoints the endpoints that its instances tell, each once
 */
record DescribedService(String name, String version, @Nullable String hash, Set<DiscoveredEndpoint> endpoints) {

	static DescribedService of(String name, List<DiscoveredService> instances, @Nullable String hash) {
		Set<DiscoveredEndpoint> endpoints = new LinkedHashSet<>();
		instances.forEach((each) -> endpoints.addAll(each.endpoints()));
		return new DescribedService(name, instances.get(0).version(), hash, endpoints);
	}

	ToldEndpoints read(RouteSubjects subjects) {
		return new ToldEndpoints(
				List.of(new DiscoveredService(this.name, "", this.version, Map.of(), List.copyOf(this.endpoints))),
				subjects);
	}

}
