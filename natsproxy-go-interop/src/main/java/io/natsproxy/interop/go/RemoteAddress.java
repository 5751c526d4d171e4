package io.natsproxy.interop.go;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * The address of an HTTP client as host and port in one text.
 */
final class RemoteAddress {

	private RemoteAddress() {
	}

	static String format(@Nullable InetSocketAddress address) {
		InetAddress host = (address != null) ? address.getAddress() : null;
		if (address == null || host == null) {
			return "";
		}
		String text = NetUtil.toAddressString(host);
		return ((host instanceof Inet6Address) ? "[" + text + "]" : text) + ":" + address.getPort();
	}

	/**
	 * Returns the host as {@code X-Forwarded-For} names it: an IP address without port,
	 * brackets and zone.
	 * @return the address, or {@code null} when the text begins with none (a Unix socket,
	 * for one)
	 */
	static @Nullable String host(String remoteAddress) {
		int colon = remoteAddress.lastIndexOf(':');
		if (colon < 0) {
			return null;
		}
		String host = remoteAddress.substring(0, colon);
		if (host.startsWith("[") && host.endsWith("]")) {
			host = host.substring(1, host.length() - 1);
			int zone = host.indexOf('%');
			host = (zone >= 0) ? host.substring(0, zone) : host;
		}
		return (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) ? host : null;
	}

}
