package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes documents for tests.
 */
final class Views {

	private static final long MAX_WEIGHT = 128 * 1024 * 1024;

	private Views() {
	}

	static OpenApiView of(List<ServiceOperations> services) {
		OpenApiViewBuilder builder = new OpenApiViewBuilder(MAX_WEIGHT);
		for (ServiceOperations service : services) {
			builder.add(service.service().with(null), () -> service.service().document(), null);
		}
		return builder.build("bus");
	}

	static String text(WrittenDocument document, String path) {
		return new String(document.start(path), StandardCharsets.UTF_8)
				+ StandardCharsets.UTF_8.decode(document.rest());
	}

}
