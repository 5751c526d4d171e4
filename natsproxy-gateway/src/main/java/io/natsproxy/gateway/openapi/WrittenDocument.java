package io.natsproxy.gateway.openapi;

import java.io.ByteArrayOutputStream;
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
	 * Returns the document with its server.
	 * @param path the path of the gateway
	 */
	byte[] at(String path) {
		byte[] servers = ("{\"servers\":[{\"url\":" + JsonMapper.shared().writeValueAsString(path) + "}],")
			.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream whole = new ByteArrayOutputStream(servers.length + this.content.length);
		whole.writeBytes(servers);
		whole.write(this.content, 1, this.content.length - 1);
		return whole.toByteArray();
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
