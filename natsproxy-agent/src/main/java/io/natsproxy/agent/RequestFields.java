package io.natsproxy.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.header.FieldValue;
import io.natsproxy.core.wire.RequestHead;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Writes the fields of a request to the upstream. Hop-by-hop fields and those that
 * {@code Connection} names never travel over NATS; what frames the message is written by
 * whoever sends its body. Immutable.
 */
final class RequestFields {

	/**
	 * What the agent appends to {@code Via} (RFC 9110, section 7.6.3).
	 */
	static final String VIA = "1.1 natsproxy-agent";

	private static final String CONTENT_LENGTH = "content-length";

	private static final String HOST = "host";

	private static final String MAX_FORWARDS = "max-forwards";

	private static final String PREFIX = "x-forwarded-prefix";

	/**
	 * Fields that are written anew, or are about the connection to the client.
	 */
	private static final Set<String> OWN = Set.of(HOST, CONTENT_LENGTH, MAX_FORWARDS, PREFIX, "connection",
			"keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
			"transfer-encoding", "upgrade", "http2-settings", "expect", "sec-websocket-key", "sec-websocket-version",
			"sec-websocket-extensions", "sec-websocket-accept");

	private final Upstream upstream;

	RequestFields(Upstream upstream) {
		this.upstream = upstream;
	}

	/**
	 * Writes the fields in place of all that are there.
	 * @throws RefusedRequestException if the host or a field is malformed
	 */
	void write(RequestHead head, HttpHeaders target) {
		target.clear();
		Own own = new Own();
		try {
			head.headers().forEach((name, values) -> {
				String lowerCase = name.toLowerCase(Locale.ROOT);
				if (OWN.contains(lowerCase)) {
					own.read(lowerCase, values);
				}
				else {
					values.forEach((value) -> target.add(name, FieldValue.toBytes(value)));
				}
			});
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedRequestException(400, "A field is malformed");
		}
		String host = this.upstream.requests().host();
		target.set("Host", (host != null) ? host : HostField.of(own.hosts, this.upstream.authority()));
		target.add("Via", VIA);
		writePrefix(own, target);
		own.maxForwards.forEach((value) -> target.add("Max-Forwards", isAboutHops(head) ? decrement(value) : value));
		for (Map.Entry<String, String> added : this.upstream.requests().headers().entrySet()) {
			target.set(added.getKey(), FieldValue.toBytes(added.getValue()));
		}
	}

	/**
	 * Tells the upstream what has been stripped, behind what the gateway has.
	 */
	private void writePrefix(Own own, HttpHeaders target) {
		String stripped = this.upstream.requests().stripPrefix();
		String prefix = String.join("", own.prefixes) + ((stripped != null) ? stripped : "");
		if (!prefix.isEmpty()) {
			target.set("X-Forwarded-Prefix", prefix);
		}
	}

	private static boolean isAboutHops(RequestHead head) {
		return head.method().equals("OPTIONS") || head.method().equals("TRACE");
	}

	private static String decrement(String value) {
		return isNumber(value) ? Long.toString(Long.parseLong(value) - 1) : value;
	}

	/**
	 * Returns whether a request must not be passed on any further (RFC 9110, section
	 * 7.6.2).
	 */
	static boolean isLastHop(RequestHead head) {
		if (!isAboutHops(head)) {
			return false;
		}
		Own own = new Own();
		head.headers().forEach((name, values) -> own.read(name.toLowerCase(Locale.ROOT), values));
		return own.maxForwards.stream().anyMatch((value) -> isNumber(value) && Long.parseLong(value) == 0);
	}

	/**
	 * Returns the length that a request announces.
	 * @return bytes, -1 if it says nothing
	 * @throws RefusedRequestException if it says something else than one number
	 */
	static long contentLength(RequestHead head) {
		Own own = new Own();
		head.headers().forEach((name, values) -> {
			if (name.length() == CONTENT_LENGTH.length()) {
				own.read(name.toLowerCase(Locale.ROOT), values);
			}
		});
		if (own.lengths.isEmpty()) {
			return -1;
		}
		if (own.lengths.size() > 1 || !isNumber(own.lengths.get(0))) {
			throw new RefusedRequestException(400, "The length of the body is malformed");
		}
		return Long.parseLong(own.lengths.get(0));
	}

	/**
	 * Returns whether a field is written by the agent, or frames the message.
	 */
	static boolean isOwn(String name) {
		return OWN.contains(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * Returns whether a request has a field.
	 */
	static boolean has(RequestHead head, String field) {
		boolean[] found = new boolean[1];
		head.headers().forEach((name, values) -> found[0] |= name.equalsIgnoreCase(field));
		return found[0];
	}

	private static boolean isNumber(String value) {
		return !value.isEmpty() && value.length() <= 18 && value.chars().allMatch((c) -> c >= '0' && c <= '9');
	}

	/**
	 * The values of those fields that are written anew.
	 */
	private static final class Own {

		private final List<String> hosts = new ArrayList<>(1);

		private final List<String> prefixes = new ArrayList<>(1);

		private final List<String> maxForwards = new ArrayList<>(0);

		private final List<String> lengths = new ArrayList<>(1);

		private void read(String name, List<String> values) {
			switch (name) {
				case HOST -> this.hosts.addAll(values);
				case PREFIX -> this.prefixes.addAll(values);
				case MAX_FORWARDS -> this.maxForwards.addAll(values);
				case CONTENT_LENGTH -> this.lengths.addAll(values);
				default -> {
					// Dropped.
				}
			}
		}

	}

}
