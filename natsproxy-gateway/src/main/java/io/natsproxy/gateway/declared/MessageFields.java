package io.natsproxy.gateway.declared;

import java.util.List;
import java.util.Locale;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WireProtocol;

import org.springframework.util.LinkedCaseInsensitiveMap;

/**
 * The header fields of requests that go out as headers of messages. Headers by which NATS
 * servers and natsproxy are told something are never a client's. Immutable.
 *
 * @param names the names, spelled as receivers of messages look for them
 */
public record MessageFields(List<String> names) {

	/**
	 * What the payload is, and to which trace the message belongs.
	 */
	public static final MessageFields DEFAULT = new MessageFields(List.of("Content-Type", "traceparent", "tracestate"));

	/**
	 * Creates the list.
	 * @param names the names
	 * @throws IllegalArgumentException if one is no name of a client's field
	 */
	public MessageFields {
		names = List.copyOf(names);
		for (String name : names) {
			requireName(name);
		}
	}

	private static void requireName(String name) {
		new NatsHeaders().add(name, "");
		String lower = name.toLowerCase(Locale.ROOT);
		if (lower.startsWith(WireProtocol.NATS_HEADER_PREFIX.toLowerCase(Locale.ROOT))
				|| lower.startsWith(WireProtocol.HEADER_PREFIX.toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException("The header '" + name + "' is not for clients to be set");
		}
	}

	/**
	 * Makes the headers of a message.
	 * @param request the request
	 * @return the headers, to which more may be added
	 * @throws MalformedMessageException if a value could not stand in a message
	 */
	public NatsHeaders of(RouteRequest request) {
		return of(request.head().headers());
	}

	/**
	 * Makes the headers of a message.
	 * @param fields the header fields of a request
	 * @return the headers, to which more may be added
	 * @throws MalformedMessageException if a value could not stand in a message
	 */
	public NatsHeaders of(HeaderFields fields) {
		NatsHeaders headers = new NatsHeaders();
		if (this.names.isEmpty()) {
			return headers;
		}
		LinkedCaseInsensitiveMap<List<String>> given = new LinkedCaseInsensitiveMap<>();
		fields.forEach(given::put);
		for (String name : this.names) {
			List<String> values = given.get(name);
			if (values != null) {
				add(headers, name, values);
			}
		}
		return headers;
	}

	private static void add(NatsHeaders headers, String name, List<String> values) {
		try {
			headers.add(name, values);
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedMessageException("The header '" + name + "' is not of ASCII alone");
		}
	}

}
