package io.natsproxy.gateway.openapi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.log.RateLimitedLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The documents at one time. Immutable.
 *
 * @param all the document of all services
 * @param services the documents of each service, by its name
 */
record OpenApiView(WrittenDocument all, Map<String, WrittenDocument> services) {

	/**
	 * Most operations of all services that are described together.
	 */
	static final int MAX_OPERATIONS = 10_000;

	private static final RateLimitedLog warnings = new RateLimitedLog(LoggerFactory.getLogger(OpenApiView.class),
			Duration.ofMinutes(10));

	/**
	 * Most that all services together may weigh in the document of all.
	 */
	private static final long MAX_WEIGHT = 128 * 1024 * 1024;

	private static final String INFO = "info";

	/**
	 * Merges what services tell.
	 * @param title the title of the document of all
	 * @param services the services, in the order of their names
	 */
	static OpenApiView of(String title, List<ServiceOperations> services) {
		DocumentMerge all = new DocumentMerge();
		Map<String, WrittenDocument> each = new LinkedHashMap<>();
		int operations = 0;
		long weight = 0;
		for (ServiceOperations service : services) {
			int more = service.service().endpoints().routes().size();
			if (operations + more <= MAX_OPERATIONS) {
				operations += more;
				ServiceOperations readable = readable(service, each);
				if (weight + readable.kept() > MAX_WEIGHT) {
					warnings.warn(
							"The OpenAPI document of service '{}' is not shown among all: they are too much together",
							service.service().name());
					readable = new ServiceOperations(service.service().withoutDocument());
				}
				weight += readable.kept();
				all.add(readable);
			}
		}
		ObjectNode info = JsonMapper.shared()
			.createObjectNode()
			.put("title", title)
			.put("version", "live")
			.put("description", "What the services on the bus answer now");
		return new OpenApiView(WrittenDocument.of(all.finish(info)), each);
	}

	/**
	 * Writes the document of a service by itself. Whatever that fails by must not keep
	 * the others back: then it is described by its routes alone.
	 * @return the operations that can be read
	 */
	private static ServiceOperations readable(ServiceOperations service, Map<String, WrittenDocument> target) {
		try {
			target.put(service.service().name(), alone(service));
			return service;
		}
		catch (RuntimeException | StackOverflowError ex) {
			warnings.warn("The OpenAPI document of service '{}' cannot be shown: {}", service.service().name(),
					ex.toString());
			ServiceOperations plain = new ServiceOperations(service.service().withoutDocument());
			target.put(plain.service().name(), alone(plain));
			return plain;
		}
	}

	private static WrittenDocument alone(ServiceOperations service) {
		DocumentMerge merge = new DocumentMerge();
		merge.add(service);
		return WrittenDocument.of(merge.finish(info(service.service())));
	}

	private static ObjectNode info(ServiceContent service) {
		ObjectNode info = JsonMapper.shared()
			.createObjectNode()
			.put("title", service.name())
			.put("version", service.version());
		ObjectNode document = service.document();
		if (document != null && document.path(INFO) instanceof ObjectNode told) {
			for (String name : List.of("title", "version", "description")) {
				String text = told.path(name).asString("");
				if (!text.isEmpty()) {
					info.put(name, text);
				}
			}
		}
		return info;
	}

	/**
	 * Returns the document of a service.
	 */
	@Nullable WrittenDocument service(String name) {
		return this.services.get(name);
	}

}
