package io.natsproxy.core.connection;

import java.util.Collection;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Server addresses fit to be shown: without the user, password or token that a NATS URL
 * may carry.
 */
public final class ServerAddresses {

	private ServerAddresses() {
	}

	/**
	 * Returns the address without its user information.
	 * @param address a NATS URL, with or without a scheme, or {@code null}
	 * @return the address, "unknown" for {@code null}
	 */
	public static String redact(@Nullable String address) {
		if (address == null) {
			return "unknown";
		}
		int at = address.lastIndexOf('@');
		if (at < 0) {
			return address;
		}
		int scheme = address.indexOf("://");
		return ((scheme >= 0 && scheme < at) ? address.substring(0, scheme + 3) : "") + address.substring(at + 1);
	}

	/**
	 * Returns the addresses without their user information, comma separated.
	 * @param addresses the NATS URLs
	 * @return one readable list
	 */
	public static String redact(Collection<String> addresses) {
		return addresses.stream().map(ServerAddresses::redact).collect(Collectors.joining(", "));
	}

}
