package io.natsproxy.interop.go;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.core.header.HeaderFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One captured exchange of the Go project: what its gateway and its service have sent,
 * and what {@code index.json} says of it.
 */
record Fixture(JsonNode index) {

	private static final String FOLDER = "/go-nats-proxy/";

	static Stream<Fixture> all() {
		return new JsonMapper().readTree(read("index.json")).valueStream().map(Fixture::new);
	}

	static Fixture named(String name) {
		return all().filter((fixture) -> fixture.text("name").equals(name)).findFirst().orElseThrow();
	}

	static byte[] read(String file) {
		try (InputStream in = Fixture.class.getResourceAsStream(FOLDER + file)) {
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	byte[] request() {
		return read(text("requestFile"));
	}

	byte[] response() {
		return read(text("responseFile"));
	}

	String text(String field) {
		return this.index.path(field).asString("");
	}

	int status() {
		return this.index.path("status").asInt();
	}

	boolean doUpgrade() {
		return this.index.path("doUpgrade").asBoolean(false);
	}

	String path() {
		return text("url").replaceFirst("\\?.*", "");
	}

	Map<String, List<String>> headers(String field) {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		this.index.path(field)
			.forEachEntry((name, values) -> headers.put(name, values.valueStream().map(JsonNode::asString).toList()));
		return headers;
	}

	HeaderFields fields(String field) {
		return headers(field)::forEach;
	}

	static Map<String, List<String>> toMap(HeaderFields fields) {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		fields.forEach((name, values) -> headers.put(name, List.copyOf(values)));
		return headers;
	}

	@Override
	public String toString() {
		return text("name");
	}

}
