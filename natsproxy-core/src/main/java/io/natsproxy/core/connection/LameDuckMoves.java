package io.natsproxy.core.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.ForceReconnectOptions;
import io.nats.client.support.NatsUri;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moves of connections away from a server that is going to shut down (lame duck
 * mode), well before it closes them, which it does ten seconds after its notice by
 * default: each connection at a moment of its own, so that not all clients of the server
 * come to another at once; the connections of one application one after the other; and
 * only when another server accepts connections, which one that is in lame duck mode
 * itself does not.
 */
final class LameDuckMoves {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	/**
	 * The longest time by which a move is put off.
	 */
	private static final Duration SPREAD = Duration.ofSeconds(2);

	private static final Duration POLL = Duration.ofMillis(500);

	private static final int PROBE_MILLIS = 500;

	private static final ForceReconnectOptions FLUSH = ForceReconnectOptions.builder()
		.flush(Duration.ofMillis(500))
		.build();

	private final DaemonExecutors executors;

	private final ReentrantLock turn = new ReentrantLock();

	private final Set<Connection> leaving = ConcurrentHashMap.newKeySet();

	LameDuckMoves(DaemonExecutors executors) {
		this.executors = executors;
	}

	/**
	 * Moves a connection whose server has told that it is going to shut down.
	 * @param log is told of the move
	 */
	void leave(Connection connection, ConnectionLog log) {
		if (!this.leaving.add(connection)) {
			return;
		}
		boolean begun = false;
		try {
			this.executors.execute(() -> leaveOnce(connection, log));
			begun = true;
		}
		finally {
			if (!begun) {
				this.leaving.remove(connection);
			}
		}
	}

	private void leaveOnce(Connection connection, ConnectionLog log) {
		try {
			leaveNow(connection, log);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The NATS connection could not be moved, and waits for its end", ex);
		}
		finally {
			this.leaving.remove(connection);
		}
	}

	private void leaveNow(Connection connection, ConnectionLog log) throws InterruptedException {
		String server = connection.getServerInfo().getServerId();
		Thread.sleep(ThreadLocalRandom.current().nextLong(SPREAD.toMillis()));
		while (isAt(connection, server)) {
			this.turn.lockInterruptibly();
			try {
				if (isAt(connection, server) && isAnotherThere(connection)) {
					move(connection, log);
					return;
				}
			}
			finally {
				this.turn.unlock();
			}
			Thread.sleep(POLL.toMillis());
		}
	}

	private static boolean isAt(Connection connection, String server) {
		return connection.getStatus() == Connection.Status.CONNECTED
				&& server.equals(connection.getServerInfo().getServerId());
	}

	private static void move(Connection connection, ConnectionLog log) throws InterruptedException {
		log.moving(true);
		try {
			NettyTransport transport = NettyTransport.of(connection);
			if (transport != null) {
				transport.move();
			}
			else {
				connection.forceReconnect(FLUSH);
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("The NATS connection could not be moved, and waits for its end", ex);
		}
		finally {
			log.moving(false);
		}
	}

	/**
	 * Returns whether a server of the cluster, other than that of the connection, accepts
	 * connections.
	 */
	private static boolean isAnotherThere(Connection connection) {
		List<SocketAddress> own = own(connection);
		return connection.getServers()
			.stream()
			.flatMap(LameDuckMoves::resolve)
			.filter((address) -> !own.contains(address))
			.anyMatch(LameDuckMoves::accepts);
	}

	private static List<SocketAddress> own(Connection connection) {
		NettyTransport transport = NettyTransport.of(connection);
		SocketAddress address = (transport != null) ? transport.remoteAddress() : null;
		return (address != null) ? List.of(address) : resolve(connection.getConnectedUrl()).toList();
	}

	private static Stream<SocketAddress> resolve(@Nullable String url) {
		try {
			NatsUri uri = new NatsUri((url != null) ? url : "");
			return Arrays.stream(InetAddress.getAllByName(uri.getHost()))
				.map((address) -> new InetSocketAddress(address, uri.getPort()));
		}
		catch (URISyntaxException | UnknownHostException ex) {
			return Stream.empty();
		}
	}

	private static boolean accepts(SocketAddress address) {
		try (Socket socket = new Socket()) {
			socket.connect(address, PROBE_MILLIS);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
