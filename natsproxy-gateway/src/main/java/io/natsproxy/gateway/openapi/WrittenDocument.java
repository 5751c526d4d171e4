package io.natsproxy.gateway.openapi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.discovery.ServiceDocument;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document as it is sent, but for its server: that is the path of the gateway as the
 * client sees it.
 *
 * @param content the document as JSON
 * @param hash the hash of the content
 */
record WrittenDocument(byte[] content, String hash) {

	private static final int HASH = 32;

	static WrittenDocument of(ObjectNode document) {
		byte[] content = JsonMapper.shared().writeValueAsBytes(document);
		return new WrittenDocument(content, ServiceDocument.hash(content).substring(0, HASH));
	}

	/**
	 * Returns what stands before the {@linkplain #rest() rest} of the document: its
	 * server.
	 * @param path the path of the gateway
	 */
	byte[] start(String path) {
		return ("{\"servers\":[{\"url\":" + JsonMapper.shared().writeValueAsString(path) + "}],")
			.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Returns the rest of the document, which is not copied.
	 */
	ByteBuffer rest() {
		return ByteBuffer.wrap(this.content, 1, this.content.length - 1).slice().asReadOnlyBuffer();
	}

	/**
	 * Returns what a client may compare the document by.
	 * @param path the path of the gateway
	 */
	String tag(String path) {
		String server = path.equals("/") ? ""
				: "-" + ServiceDocument.hash(path.getBytes(StandardCharsets.UTF_8)).substring(0, HASH / 2);
		return "\"" + this.hash + server + "\"";
	}

}
