package io.natsproxy.it.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many clients, of several addresses, that send what they are given as fast as they can,
 * and then neither send nor read any more.
 */
public final class SlowClients implements AutoCloseable {

	private static final int ADDRESSES = 8;

	private final List<SocketChannel> channels = new ArrayList<>();

	/**
	 * Connects.
	 */
	public SlowClients(int port, int count) throws IOException {
		for (int i = 0; i < count; i++) {
			SocketChannel channel = SocketChannel.open();
			channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
			channel.bind(new InetSocketAddress("127.0.0." + (20 + i % ADDRESSES), 0));
			channel.connect(new InetSocketAddress("127.0.0.1", port));
			channel.configureBlocking(false);
			this.channels.add(channel);
		}
	}

	/**
	 * Sends a head and bytes of a body, as far as they are taken, for a bounded time.
	 */
	public void send(String head, int bytes, Duration atMost) throws Exception {
		byte[] start = head.getBytes(StandardCharsets.US_ASCII);
		byte[] all = new byte[start.length + bytes];
		System.arraycopy(start, 0, all, 0, start.length);
		long deadline = System.nanoTime() + atMost.toNanos();
		try (Selector selector = Selector.open()) {
			for (SocketChannel channel : this.channels) {
				channel.register(selector, SelectionKey.OP_WRITE, ByteBuffer.wrap(all));
			}
			long left = deadline - System.nanoTime();
			while (left > 0 && selector.keys().stream().anyMatch(SelectionKey::isValid)) {
				selector.select(SlowClients::write, 1 + TimeUnit.NANOSECONDS.toMillis(left));
				left = deadline - System.nanoTime();
			}
		}
	}

	private static void write(SelectionKey key) {
		ByteBuffer rest = (ByteBuffer) key.attachment();
		try {
			((SocketChannel) key.channel()).write(rest);
			if (!rest.hasRemaining()) {
				key.cancel();
			}
		}
		catch (IOException ex) {
			// It has been refused.
			key.cancel();
		}
	}

	@Override
	public void close() throws IOException {
		for (SocketChannel channel : this.channels) {
			channel.close();
		}
	}

}
