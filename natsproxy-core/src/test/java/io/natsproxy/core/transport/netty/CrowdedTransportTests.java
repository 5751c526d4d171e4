package io.natsproxy.core.transport.netty;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.BodySender;
import io.natsproxy.core.stream.BodyShape;
import io.natsproxy.core.stream.BodyTarget;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.WireProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams to many receivers on one connection, all with large windows, while the server
 * takes nothing.
 */
class CrowdedTransportTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final int STREAMS = 10;

	private static final int MAX_PAYLOAD = 1024 * 1024;

	private static final int WINDOW = 8 * 1024 * 1024;

	private final NatsConnector connector = new NatsConnector("test", "");

	private final ExchangeTimer timer = new ExchangeTimer();

	private final List<Stream> streams = new ArrayList<>();

	@AfterEach
	void close() {
		this.streams.forEach(Stream::close);
		await().atMost(TIMEOUT).until(() -> this.timer.pending() == 0);
		this.connector.close();
		this.timer.close();
	}

	@Test
	void streamsWaitAndGoOn() throws Exception {
		try (SilentServer server = new SilentServer(this.connector, this.connector.options(), MAX_PAYLOAD)) {
			NettyTransport transport = NettyTransport.of(server.connection());
			ByteBudget budget = new ByteBudget(512L * 1024 * 1024);
			transport.budget(budget);
			sendAll(transport, budget);
			awaitCrowded(transport);
			awaitSent(server);
			assertThat(transport.isCrowded()).isFalse();
			await().atMost(TIMEOUT).until(() -> budget.used() == 0);
		}
	}

	/**
	 * Where whoever publishes has to wait for a server that does not read.
	 */
	@Test
	void streamsGoOnWithTheThreadsOfJnats() throws Exception {
		try (SilentServer server = new SilentServer(this.connector,
				this.connector.options().dataPortType(GuardedDataPort.class.getName()), MAX_PAYLOAD)) {
			NatsTransport transport = new JnatsTransport(server.connection());
			ByteBudget budget = new ByteBudget(64L * 1024 * 1024);
			transport.budget(budget);
			sendAll(transport, budget);
			awaitSent(server);
			await().atMost(TIMEOUT).until(() -> !transport.isCrowded() && budget.used() == 0);
		}
	}

	@Test
	void streamThatEndsWaitsNoLonger() throws Exception {
		try (SilentServer server = new SilentServer(this.connector, this.connector.options(), MAX_PAYLOAD)) {
			NettyTransport transport = NettyTransport.of(server.connection());
			ByteBudget budget = new ByteBudget(512L * 1024 * 1024);
			sendAll(transport, budget);
			awaitCrowded(transport);
			this.streams.forEach(Stream::close);
			await().atMost(TIMEOUT).until(() -> this.timer.pending() == 0);
			assertThat(budget.used()).isZero();
		}
	}

	private void sendAll(NatsTransport transport, ByteBudget budget) {
		for (int i = 0; i < STREAMS; i++) {
			this.streams.add(new Stream(transport, budget, "stream" + i));
		}
		this.streams.forEach(Stream::start);
	}

	/**
	 * Waits until the streams fill the connection.
	 */
	private void awaitCrowded(NettyTransport transport) {
		await().atMost(TIMEOUT).until(() -> transport.isCrowded() || this.streams.stream().anyMatch(Stream::hasFailed));
		assertThat(this.streams).noneMatch(Stream::hasFailed);
	}

	/**
	 * Waits until all streams have been sent, and none has failed.
	 */
	private void awaitSent(SilentServer server) {
		assertThat(this.streams).noneMatch(Stream::hasFailed);
		server.readOn();
		await().atMost(TIMEOUT)
			.until(() -> this.streams.stream().allMatch((stream) -> stream.sent || stream.hasFailed()));
		assertThat(this.streams).noneMatch(Stream::hasFailed);
	}

	/**
	 * A body as long as the window that its receiver has granted.
	 */
	private final class Stream implements BodyTarget {

		private final StreamEndpoint endpoint;

		private final ByteReservation memory;

		private final BodySender sender;

		private volatile boolean sent;

		private volatile Throwable failure;

		Stream(NatsTransport transport, ByteBudget budget, String subject) {
			this.endpoint = new StreamEndpoint(new NatsPublisher(transport), CrowdedTransportTests.this.timer,
					StreamOptions.DEFAULTS, (lost) -> failed(lost));
			this.endpoint.open(subject);
			this.memory = new ByteReservation(budget);
			this.sender = new BodySender(
					BodyShape.response(WireProtocol.MAX_FRAME_SIZE, WireProtocol.MAX_FRAME_SIZE, -1), this.memory,
					CrowdedTransportTests.this.timer, Schedulers.parallel()::schedule, this, Context.empty());
		}

		void start() {
			Flux<byte[]> frames = Flux.range(0, WINDOW / WireProtocol.MAX_FRAME_SIZE)
				.map((i) -> new byte[WireProtocol.MAX_FRAME_SIZE]);
			Flux.concat(Flux.just(BodyChunks.FLUSH), frames).subscribe(this.sender);
			this.sender.addCredit(WINDOW);
		}

		boolean hasFailed() {
			return this.failure != null;
		}

		void close() {
			this.sender.close();
			this.endpoint.close();
			this.memory.close();
		}

		@Override
		public void complete(byte[] body) {
			failed(new AssertionError("Not a stream"));
		}

		@Override
		public void begin(byte[] firstPart) {
		}

		@Override
		public void frame(FrameKind kind, byte[] payload) {
			this.endpoint.send(kind, payload);
		}

		@Override
		public boolean isCrowded() {
			return this.endpoint.isCrowded();
		}

		@Override
		public void sent() {
			this.sent = true;
		}

		@Override
		public void failed(Throwable failure) {
			this.failure = failure;
		}

	}

}
