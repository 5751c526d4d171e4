package io.natsproxy.benchmarks.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TransferWorkloadTests {

	private static final int MEBIBYTE = 1024 * 1024;

	private final AtomicInteger requests = new AtomicInteger();

	private final LoadGenerator generator = new LoadGenerator();

	private HttpServer server;

	@BeforeEach
	void start() throws Exception {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		byte[] body = new byte[MEBIBYTE];
		for (int i = 0; i < body.length; i++) {
			body[i] = (byte) i;
		}
		this.server.createContext("/download", (exchange) -> {
			this.requests.incrementAndGet();
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.generator.close();
		this.server.stop(0);
	}

	@Test
	void theWarmUpConsistsOfAsManyTransfersAsWanted() throws Exception {
		Tally tally = run(Workload.Run.warmUp(Duration.ofHours(1), 3));
		assertThat(this.requests).hasValue(3);
		assertThat(tally.operations()).isEqualTo(3);
		assertThat(tally.errors()).isZero();
		assertThat(tally.seconds()).isPositive();
	}

	@Test
	void aRoundIsOneTransfer() throws Exception {
		assertThat(run(Workload.Run.measured(Duration.ofHours(1), Meter.NONE)).operations()).isEqualTo(1);
		assertThat(this.requests).hasValue(1);
	}

	private Tally run(Workload.Run run) throws UnsupportedWorkloadException {
		Exchange exchange = Exchange.get("/download", RepeatedBytes.counting(MEBIBYTE));
		return new TransferWorkload("download", "Download", MEBIBYTE, exchange).run(this.generator,
				new Target("127.0.0.1", this.server.getAddress().getPort()), run);
	}

}
