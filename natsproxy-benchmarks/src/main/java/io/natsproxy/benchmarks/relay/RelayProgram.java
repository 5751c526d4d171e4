package io.natsproxy.benchmarks.relay;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The relay as a process.
 */
public final class RelayProgram {

	private static final String LOOPBACK = "127.0.0.1";

	private RelayProgram() {
	}

	/**
	 * Runs until the process is ended.
	 * @param args the delay of one way in nanoseconds, and routes such as
	 * {@code 8080=127.0.0.1:9090}: a port of the loopback interface, and where it leads
	 * @throws InterruptedException if the thread is
	 */
	public static void main(String[] args) throws InterruptedException {
		Relay relay = new Relay(Duration.ofNanos(Long.parseLong(args[0])));
		for (int i = 1; i < args.length; i++) {
			String[] route = args[i].split("[=:]");
			relay.listen(new InetSocketAddress(LOOPBACK, Integer.parseInt(route[0])),
					new InetSocketAddress(route[1], Integer.parseInt(route[2])));
		}
		Thread.currentThread().join();
	}

}
