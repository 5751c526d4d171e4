package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The information that the broker gives to a client in {@code INFO}.
 *
 * @param serverId identifies this run of the broker
 */
record ServerInfo(String serverId, BrokerOptions options, int port) {

	/**
	 * The protocol is that of nats-server 2.10 as far as core NATS goes. Clients compare
	 * the numbers; the suffix says what it is.
	 */
	static final String VERSION = "2.10.0-natsproxy";

	private static final String ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	private static final int ID_LENGTH = 55;

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	static ServerInfo create(BrokerOptions options, int port) {
		StringBuilder id = new StringBuilder("N");
		new SecureRandom().ints(ID_LENGTH, 0, ID_CHARACTERS.length())
			.forEach((index) -> id.append(ID_CHARACTERS.charAt(index)));
		return new ServerInfo(id.toString(), options, port);
	}

	/**
	 * Returns the {@code INFO} line for one client.
	 * @param lameDuck whether the broker is about to stop
	 */
	byte[] line(long clientId, String clientIp, boolean lameDuck) {
		ObjectNode info = MAPPER.createObjectNode();
		info.put("server_id", this.serverId);
		info.put("server_name", this.options.serverName());
		info.put("version", VERSION);
		info.put("proto", 1);
		info.put("host", this.options.host());
		info.put("port", this.port);
		info.put("headers", true);
		if (this.options.isAuthenticationRequired()) {
			info.put("auth_required", true);
		}
		info.put("max_payload", this.options.maxPayload());
		info.put("client_id", clientId);
		info.put("client_ip", clientIp);
		if (lameDuck) {
			info.put("ldm", true);
		}
		return ("INFO " + MAPPER.writeValueAsString(info) + " \r\n").getBytes(StandardCharsets.UTF_8);
	}

}
