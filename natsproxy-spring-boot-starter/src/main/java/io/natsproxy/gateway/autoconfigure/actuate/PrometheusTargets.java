package io.natsproxy.gateway.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.log.SafeText;

/**
 * The instances of services that Prometheus is to scrape through the gateway, as its
 * service discovery over HTTP reads them: one target each, that of the gateway, with the
 * path of the instance.
 */
final class PrometheusTargets {

	private static final String ENDPOINT = "prometheus";

	private final Supplier<String> target;

	private final Supplier<String> path;

	/**
	 * Creates the object.
	 * @param target returns host and port of the management endpoints of the gateway
	 * @param path returns the path of the endpoint {@value NatsproxyEndpoint#ID}
	 */
	PrometheusTargets(Supplier<String> target, Supplier<String> path) {
		this.target = target;
		this.path = path;
	}

	/**
	 * Writes the targets.
	 * @param services the instances that are known
	 */
	List<Map<String, Object>> write(List<DiscoveredService> services) {
		List<String> targets = List.of(this.target.get());
		String path = this.path.get();
		return services.stream()
			.filter((service) -> service.managementEndpoints().contains(ENDPOINT))
			.map((service) -> Map.of("targets", targets, "labels", labels(service, path)))
			.toList();
	}

	private static Map<String, String> labels(DiscoveredService service, String path) {
		Map<String, String> labels = new LinkedHashMap<>();
		labels.put("__metrics_path__", path + "/services/" + ServicesExtension.encode(service.name()) + "/"
				+ ServicesExtension.encode(service.id()) + "/" + ENDPOINT);
		labels.put("service", SafeText.of(service.name()));
		labels.put("instance", SafeText.of(service.id()));
		labels.put("version", SafeText.of(service.version()));
		return labels;
	}

}
