package io.natsproxy.gateway.headers;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

import io.netty.util.NetUtil;

/**
 * The client by which limits are counted: an IPv4 address, or the first 64 bits of an
 * IPv6 address, since whoever has one address has all of its network (RFC 6177).
 */
final class ClientKey {

	private ClientKey() {
	}

	/**
	 * Returns the key of an address.
	 * @param address the address
	 * @return a value that is equal for the same client
	 */
	static Object of(InetAddress address) {
		return (address instanceof Inet6Address) ? (Object) ByteBuffer.wrap(address.getAddress()).getLong() : address;
	}

	/**
	 * Returns the key of an address in its textual form.
	 * @param address the address
	 * @return a value that is equal for the same client
	 */
	static Object of(String address) {
		InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
		return (parsed != null) ? of(parsed) : address;
	}

}
