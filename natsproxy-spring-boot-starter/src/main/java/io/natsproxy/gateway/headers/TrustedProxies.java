package io.natsproxy.gateway.headers;

import java.net.InetSocketAddress;
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
		String host = address.contains("/") ? address.substring(0, address.indexOf('/')) : address;
		try {
			if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
				throw new IllegalArgumentException("not an IP address");
			}
			int prefix = address.contains("/") ? Integer.parseInt(address.substring(address.indexOf('/') + 1))
					: (host.contains(":") ? 128 : 32);
			return new IpSubnetFilterRule(host, prefix, IpFilterRuleType.ACCEPT);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("Trusted proxy '" + address
					+ "' is malformed: expected an IP address, or a subnet such as 10.0.0.0/8", ex);
		}
	}

	/**
	 * Whether the other end of a connection is a trusted proxy.
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

}
