package io.natsproxy.gateway.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
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
		for (ServiceOperations service : services) {
			int more = service.service().endpoints().routes().size();
			if (operations + more <= MAX_OPERATIONS) {
				operations += more;
				all.add(service);
				DocumentMerge alone = new DocumentMerge();
				alone.add(service);
				each.put(service.service().name(), WrittenDocument.of(alone.finish(info(service.service()))));
			}
		}
		ObjectNode info = JsonMapper.shared()
			.createObjectNode()
			.put("title", title)
			.put("version", "live")
			.put("description", "What the services on the bus answer now");
		return new OpenApiView(WrittenDocument.of(all.finish(info)), each);
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
