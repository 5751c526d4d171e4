package io.natsproxy.benchmarks;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DelayedDistanceTests {

	@TempDir
	private Path logs;

	@Test
	void oneRelayLeadsToAllPrograms() throws Exception {
		try (ServerSocket first = new ServerSocket(0, 10, InetAddress.getByName(Address.LOOPBACK));
				ServerSocket second = new ServerSocket(0, 10, InetAddress.getByName(Address.LOOPBACK));
				ProcessGroup group = new ProcessGroup(this.logs)) {
			Options options = Objects.requireNonNull(Options.parse(List.of("get-64")));
			DelayedDistance distance = new DelayedDistance("relay", Duration.ofMillis(2),
					new Launcher(options, group, new ReadinessProbe()));
			assertThat(distance.open()).isEmpty();
			Address toFirst = distance.across(new Address(Address.LOOPBACK, first.getLocalPort()));
			Address toSecond = distance.across(new Address(Address.LOOPBACK, second.getLocalPort()));
			assertThat(distance.open()).containsOnlyKeys(Role.RELAY);
			assertThat(received(toFirst, first)).isEqualTo("hello");
			assertThat(received(toSecond, second)).isEqualTo("hello");
		}
	}

	/**
	 * Returns what comes of a text, behind connections that only tried the port.
	 */
	private static String received(Address address, ServerSocket server) throws Exception {
		try (Socket client = new Socket(address.host(), address.port())) {
			client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
			String text = "";
			while (text.isEmpty()) {
				try (Socket accepted = server.accept()) {
					text = new String(accepted.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
				}
			}
			return text;
		}
	}

}
