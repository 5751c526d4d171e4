package io.natsproxy.gateway.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannel;

/**
 * The bytes whose arrival the system of a client has acknowledged, as Linux tells it of
 * sockets of Netty's native transports.
 */
final class AcknowledgedBytes {

	private static final int IPPROTO_TCP = 6;

	private static final int TCP_INFO = 11;

	/**
	 * Where {@code tcpi_bytes_acked} lies in {@code struct tcp_info}.
	 */
	private static final int POSITION = 120;

	private static final RawUnixChannelOption INFO = new RawUnixChannelOption("natsproxy.tcpInfo", IPPROTO_TCP,
			TCP_INFO, POSITION + Long.BYTES);

	private AcknowledgedBytes() {
	}

	/**
	 * Returns how many bytes have been acknowledged since the connection was made.
	 * @param channel the connection
	 * @return the number, -1 if the system does not tell
	 */
	static long of(Channel channel) {
		if (!(channel instanceof UnixChannel) || !channel.isActive()) {
			return -1;
		}
		try {
			ByteBuffer info = channel.config().getOption(INFO);
			return (info != null && info.remaining() == INFO.length())
					? info.order(ByteOrder.nativeOrder()).getLong(POSITION) : -1;
		}
		catch (ChannelException ex) {
			return -1;
		}
	}

}
