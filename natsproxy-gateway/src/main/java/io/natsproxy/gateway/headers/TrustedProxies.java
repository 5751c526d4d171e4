package io.natsproxy.gateway.headers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * The proxies in front of the gateway whose forwarded headers are believed.
 */
public final class TrustedProxies {

	private final List<IpSubnetFilterRule> subnets;

	/**
	 * Creates the set.
	 * @param addresses addresses ({@code 10.1.2.3}) and subnets ({@code 10.0.0.0/8},
	 * {@code fd00::/8})
	 * @throws IllegalArgumentException if one of them is neither
	 */
	public TrustedProxies(List<String> addresses) {
		this.subnets = addresses.stream().map(TrustedProxies::parse).toList();
	}

	private static IpSubnetFilterRule parse(String address) {
		int slash = address.indexOf('/');
		String host = stripBrackets((slash >= 0) ? address.substring(0, slash) : address);
		try {
			int prefix = (slash >= 0) ? Integer.parseInt(address.substring(slash + 1))
					: (host.contains(":") ? 128 : 32);
			return new IpSubnetFilterRule(resolved(host), prefix, IpFilterRuleType.ACCEPT);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Trusted proxy '" + address
					+ "' is malformed: expected an IP address, or a subnet such as 10.0.0.0/8", ex);
		}
	}

	/**
	 * Returns whether the other end of a connection is a trusted proxy.
	 * @param remote its address, {@code null} when it is not known
	 * @return whether it is
	 */
	public boolean contains(@Nullable InetSocketAddress remote) {
		if (remote == null || remote.isUnresolved()) {
			return false;
		}
		for (IpSubnetFilterRule subnet : this.subnets) {
			if (subnet.matches(remote)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns whether an address is that of a trusted proxy.
	 * @param address an IP address
	 * @return whether it is
	 */
	boolean contains(String address) {
		return contains(new InetSocketAddress(resolved(stripBrackets(address)), 0));
	}

	/**
	 * Returns whether a text is an IP address, and no name.
	 */
	static boolean isAddress(String text) {
		return NetUtil.createByteArrayFromIpAddressString(stripBrackets(text)) != null;
	}

	static String stripBrackets(String address) {
		return (address.startsWith("[") && address.endsWith("]")) ? address.substring(1, address.length() - 1)
				: address;
	}

	private static InetAddress resolved(String address) {
		byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
		if (bytes == null) {
			throw new IllegalArgumentException("Not an IP address: " + address);
		}
		try {
			return InetAddress.getByAddress(bytes);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
