package io.natsproxy.gateway.traffic;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayTrafficTests {

	private static final RouteKey ROUTE = new RouteKey("GET", "/a/{b}");

	private static final Percentage EIGHTH = Percentage.withPercentage(12.5);

	private final AtomicLong clock = new AtomicLong(Duration.ofDays(1).toNanos());

	private final GatewayTraffic traffic = new GatewayTraffic(this.clock::get);

	private void add(RouteKey route, int status, String outcome, Duration latency) {
		this.traffic.add(new RequestEnd(route.method(), route.path(), route, status, outcome, latency.toNanos(),
				latency.toNanos(), null));
	}

	private TrafficSum<RouteKey> sum() {
		return this.traffic.sums(Function.identity()).get(0);
	}

	@Test
	void percentilesAreThoseOfTheLastMinute() {
		for (int i = 1; i <= 1000; i++) {
			add(ROUTE, 200, RequestEnd.OK, Duration.ofMillis(i));
		}
		assertThat(sum().p50()).isCloseTo(500_000, EIGHTH).isGreaterThanOrEqualTo(500_000);
		assertThat(sum().p99()).isCloseTo(990_000, EIGHTH).isGreaterThanOrEqualTo(990_000);
		this.clock.addAndGet(Duration.ofSeconds(40).toNanos());
		add(ROUTE, 200, RequestEnd.OK, Duration.ofMinutes(2));
		assertThat(sum().p50()).isCloseTo(500_000, EIGHTH);
		this.clock.addAndGet(Duration.ofSeconds(40).toNanos());
		assertThat(sum().p50()).isCloseTo(120_000_000, EIGHTH).isGreaterThanOrEqualTo(120_000_000);
		this.clock.addAndGet(Duration.ofSeconds(80).toNanos());
		assertThat(sum().p50()).isEqualTo(-1);
		assertThat(sum().requests()).isEqualTo(1001);
	}

	@Test
	void latenciesOfAnySizeHaveAPlace() {
		for (Duration latency : List.of(Duration.ZERO, Duration.ofNanos(-5), Duration.ofNanos(1),
				Duration.ofDays(100))) {
			add(ROUTE, 200, RequestEnd.OK, latency);
		}
		assertThat(sum().p50()).isZero();
		assertThat(sum().p99()).isGreaterThan(Duration.ofHours(38).toSeconds() * 1_000_000);
	}

	@Test
	void rateIsThatOfTheLastTenWholeSeconds() {
		for (int second = 0; second < 20; second++) {
			for (int i = 0; i < 5; i++) {
				add(ROUTE, 200, RequestEnd.OK, Duration.ofMillis(1));
			}
			this.clock.addAndGet(Duration.ofSeconds(1).toNanos());
		}
		assertThat(sum().rate()).isEqualTo(5.0);
		this.clock.addAndGet(Duration.ofSeconds(5).toNanos());
		assertThat(sum().rate()).isEqualTo(2.5);
		this.clock.addAndGet(Duration.ofSeconds(6).toNanos());
		assertThat(sum().rate()).isZero();
	}

	@Test
	void failuresAreErrorsAndClientsThatGoAreNot() {
		add(ROUTE, 404, RequestEnd.OK, Duration.ZERO);
		add(ROUTE, 200, RequestEnd.GONE, Duration.ZERO);
		add(ROUTE, 0, RequestEnd.GONE, Duration.ZERO);
		assertThat(sum().errors()).isZero();
		assertThat(sum().lastError()).isNull();
		assertThat(sum().requests()).isEqualTo(2);
		add(ROUTE, 503, RequestEnd.OK, Duration.ZERO);
		add(ROUTE, 200, RequestEnd.ABORTED, Duration.ZERO);
		assertThat(sum().errors()).isEqualTo(2);
		assertThat(sum().lastError()).isEqualTo(200);
		assertThat(this.traffic.take()).extracting(EndedRequest::status).containsExactly(404, 200, 0, 503, 200);
	}

	@Test
	void routesAndRequestsAreBoundedAndErrorsAreShownBesideOthers() {
		for (int i = 0; i < 2 * GatewayTraffic.MAX_ROUTES; i++) {
			add(new RouteKey("GET", "/" + i), 200, RequestEnd.OK, Duration.ZERO);
		}
		add(ROUTE, 500, RequestEnd.OK, Duration.ZERO);
		assertThat(this.traffic.sums(Function.identity())).hasSize(GatewayTraffic.MAX_ROUTES + 1)
			.filteredOn((sum) -> sum.key().equals(RouteKey.REST))
			.singleElement()
			.satisfies((sum) -> assertThat(sum.requests()).isEqualTo(GatewayTraffic.MAX_ROUTES + 1));
		assertThat(this.traffic.skipped()).isEqualTo(2 * GatewayTraffic.MAX_ROUTES - GatewayTraffic.MAX_WAITING);
		assertThat(this.traffic.take()).hasSize(GatewayTraffic.MAX_WAITING + 1).last().satisfies((last) -> {
			assertThat(last.status()).isEqualTo(500);
			assertThat(last.number()).isEqualTo(GatewayTraffic.MAX_WAITING + 1);
		});
		assertThat(this.traffic.take()).isEmpty();
	}

	@Test
	void sumsOfSeveralRoutesAreThoseOfAllTheirRequests() {
		add(ROUTE, 200, RequestEnd.OK, Duration.ofMillis(1));
		add(new RouteKey("POST", "/a"), 502, RequestEnd.OK, Duration.ofMillis(100));
		assertThat(this.traffic.sums((route) -> "all")).singleElement().satisfies((sum) -> {
			assertThat(sum.requests()).isEqualTo(2);
			assertThat(sum.errors()).isOne();
			assertThat(sum.lastError()).isEqualTo(502);
			assertThat(sum.p50()).isCloseTo(1000, EIGHTH);
			assertThat(sum.p99()).isCloseTo(100_000, EIGHTH);
		});
	}

}
