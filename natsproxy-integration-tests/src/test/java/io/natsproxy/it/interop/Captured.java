package io.natsproxy.it.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An exchange that programs of the Go project had with each other.
 */
record Captured(JsonNode index) {

	static Stream<Captured> all() {
		return new JsonMapper().readTree(read("index.json")).valueStream().map(Captured::new);
	}

	static Captured named(String name) {
		return all().filter((each) -> each.toString().equals(name)).findFirst().orElseThrow();
	}

	private static byte[] read(String file) {
		try (InputStream in = Captured.class.getResourceAsStream("/go-nats-proxy/" + file)) {
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

	boolean isHandshake() {
		return !text("webSocketId").isEmpty();
	}

	@Override
	public String toString() {
		return text("name");
	}

}
