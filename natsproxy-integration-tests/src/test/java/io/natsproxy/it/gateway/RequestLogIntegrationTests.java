package io.natsproxy.it.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.natsproxy.gateway.RequestLog;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * One line tells what became of each request, and warnings tell of services that are not
 * there or do not answer, without being as many as requests.
 */
class RequestLogIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);

	private static TestBroker broker;

	private static Peer peer;

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private TestApplication gateway;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
		peer = new Peer(broker);
		peer.answer("GET:.there", "there", "Natsproxy-Status", "200");
		peer.answer("GET:.failing", "", "Natsproxy-Status", "503");
		peer.answer("GET:.broken", "", "Natsproxy-Status", "teapot");
		peer.answer("OPTIONS:.options", "", "Natsproxy-Status", "200", "Allow", "PUT");
		peer.ignore("GET:.silent");
	}

	@AfterAll
	static void stopBroker() {
		peer.close();
		broker.close();
	}

	@BeforeEach
	void start() {
		this.gateway = TestApplication.gateway(broker).properties("natsproxy.gateway.timeout=60s").start();
		logger.setLevel(Level.DEBUG);
		logger.setAdditive(false);
		this.lines.start();
		logger.addAppender(this.lines);
	}

	@AfterEach
	void stop() {
		logger.detachAppender(this.lines);
		logger.setAdditive(true);
		logger.setLevel(null);
		this.gateway.close();
	}

	@Test
	void eachRequestHasALine() {
		request("/there?a=b");
		request("/options");
		assertThat(line(0)).matches("\\[[^]]+] GET:\\.there: 200 after [0-9.]+ ms");
		assertThat(line(1)).matches("\\[[^]]+] GET:\\.options: 405 after [0-9.]+ ms");
		assertThat(this.lines.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.DEBUG);
	}

	@Test
	void serviceThatIsNotThereOrDoesNotAnswerIsAWarning() {
		request("/nobody");
		try (TestApplication impatient = TestApplication.gateway(broker)
			.properties("natsproxy.gateway.timeout=300ms")
			.start()) {
			get(impatient.port(), "/silent");
		}
		request("/broken");
		assertThat(line(0)).contains("GET:.nobody: 503 NO_RESPONDERS (");
		assertThat(line(1)).contains("GET:.silent: 504 REPLY_TIMEOUT (");
		assertThat(line(2)).contains("GET:.broken: 502 BAD_REPLY (");
		assertThat(this.lines.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
	}

	@Test
	void statusOfAServiceIsAWarningToo() {
		request("/failing");
		assertThat(line(0)).contains("GET:.failing: 503 after ");
		assertThat(this.lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN);
	}

	@Test
	void warningsAreNotAsManyAsRequests() {
		logger.setLevel(Level.INFO);
		for (int i = 0; i < 20; i++) {
			request("/nobody/" + i);
		}
		assertThat(this.lines.list).hasSizeBetween(1, 4);
	}

	@Test
	void nothingIsSaidOfRequestsThatSucceedUnlessThatIsAskedFor() {
		logger.setLevel(Level.INFO);
		request("/there");
		request("/options");
		assertThat(this.lines.list).isEmpty();
	}

	@Test
	void clientThatDoesNotWaitHasALine() {
		RawHttpClient client = new RawHttpClient(this.gateway.port()).send(RawHttpClient.request("GET", "/silent"));
		await().atMost(PATIENCE).until(() -> this.gateway.inFlight() == 1);
		client.close();
		await().atMost(PATIENCE).until(() -> !this.lines.list.isEmpty());
		assertThat(line(0)).contains("GET:.silent: no response, the client has gone after ");
	}

	@Test
	void handshakeOfAWebSocketHasALine() {
		ReactorNettyWebSocketClient client = new ReactorNettyWebSocketClient();
		assertThatException().isThrownBy(() -> client
			.execute(URI.create("ws://localhost:" + this.gateway.port() + "/nobody"), WebSocketSession::close)
			.block(PATIENCE));
		await().atMost(PATIENCE).until(() -> !this.lines.list.isEmpty());
		assertThat(line(0)).contains("GET:.nobody: 503 NO_RESPONDERS (");
	}

	private void request(String path) {
		get(this.gateway.port(), path);
	}

	private String line(int index) {
		List<ILoggingEvent> list = List.copyOf(this.lines.list);
		assertThat(list).hasSizeGreaterThan(index);
		return list.get(index).getFormattedMessage();
	}

}
