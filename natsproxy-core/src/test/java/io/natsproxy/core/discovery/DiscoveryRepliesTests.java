package io.natsproxy.core.discovery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DiscoveryRepliesTests {

	private static final Instant STARTED = Instant.parse("2026-01-02T03:04:05.678Z");

	private final ServiceEndpoints.Builder endpoints = new ServiceEndpoints.Builder(
			new RouteSubjects(new SubjectCodec("shop")), "orders", null);

	private JsonValue json(DiscoveryVerb verb, int offset, int maxLength, ServiceDescription service) throws Exception {
		byte[] reply = replies(service).write(verb, offset, maxLength);
		assertThat(reply).isNotNull().hasSizeLessThanOrEqualTo(maxLength);
		return JsonParser.parse(reply);
	}

	private JsonValue json(DiscoveryVerb verb) throws Exception {
		return json(verb, 0, 1_000_000, new ServiceDescription("orders", "1.2.3",
				"All \"orders\"\u2028\u0001\ud83d\ude00", Map.of("zone", "a</script>b")));
	}

	private DiscoveryReplies replies(ServiceDescription service) {
		return new DiscoveryReplies(service, "ID1", this.endpoints.build(), STARTED);
	}

	private static String text(JsonValue json, String name) {
		return json.map.get(name).string;
	}

	@Test
	void allAnswersTellWhoItIs() throws Exception {
		for (DiscoveryVerb verb : DiscoveryVerb.values()) {
			JsonValue json = json(verb);
			assertThat(text(json, "type"))
				.isEqualTo("io.nats.micro.v1." + verb.name().toLowerCase(Locale.ROOT) + "_response");
			assertThat(text(json, "name")).isEqualTo("orders");
			assertThat(text(json, "id")).isEqualTo("ID1");
			assertThat(text(json, "version")).isEqualTo("1.2.3");
			assertThat(text(json.map.get("metadata"), "zone")).isEqualTo("a</script>b");
			assertThat(text(json.map.get("metadata"), "natsproxy.protocol")).isEqualTo("1");
		}
		assertThat(text(json(DiscoveryVerb.INFO), "description")).isEqualTo("All \"orders\"\u2028\u0001\ud83d\ude00");
		assertThat(text(json(DiscoveryVerb.STATS), "started")).isEqualTo("2026-01-02T03:04:05.678Z");
	}

	@Test
	void eachMethodOfARouteIsAnEndpoint() throws Exception {
		this.endpoints.add(Set.of("POST", "GET", "HEAD"), "/orders/{id}/**", new EndpointTraits(Set.of(),
				Set.of("text/plain", "application/json"), true, false, Duration.ofSeconds(3)));
		List<JsonValue> told = json(DiscoveryVerb.INFO).map.get("endpoints").array;
		assertThat(told).hasSize(2);
		assertThat(text(told.get(0), "name")).isEqualTo("GET_orders_id");
		assertThat(text(told.get(0), "subject")).isEqualTo("shop.GET:.orders.*.>");
		assertThat(text(told.get(0), "queue_group")).isEqualTo("orders");
		assertThat(told.get(0).map.get("metadata").map).hasSize(5);
		JsonValue metadata = told.get(1).map.get("metadata");
		assertThat(text(metadata, "method")).isEqualTo("POST");
		assertThat(text(metadata, "path")).isEqualTo("/orders/{id}/**");
		assertThat(text(metadata, "produces")).isEqualTo("application/json, text/plain");
		assertThat(text(metadata, "streams")).isEqualTo("true");
		assertThat(text(metadata, "timeout")).isEqualTo("3000");
	}

	@Test
	void routeWithoutMethodsHasOneEndpointForEach() throws Exception {
		this.endpoints.add(Set.of(), "/**", EndpointTraits.UNKNOWN);
		assertThat(json(DiscoveryVerb.INFO).map.get("endpoints").array).extracting((each) -> text(each, "subject"))
			.containsExactlyInAnyOrder("shop.GET:.>", "shop.POST:.>", "shop.PUT:.>", "shop.PATCH:.>", "shop.DELETE:.>",
					"shop.OPTIONS:.>", "shop.TRACE:.>");
	}

	@Test
	void namesAreUniqueAndMadeOfLettersDigitsDashesAndUnderscores() throws Exception {
		for (String path : List.of("/", "/a/{b}", "/a/b", "/a.b", "/ä", "/" + "long/".repeat(100))) {
			this.endpoints.add(Set.of("GET"), path, EndpointTraits.UNKNOWN);
		}
		this.endpoints.add(Set.of("GET"), "/a/b", EndpointTraits.WEB_SOCKET);
		List<String> names = json(DiscoveryVerb.INFO).map.get("endpoints").array.stream()
			.map((each) -> text(each, "name"))
			.toList();
		assertThat(names).doesNotHaveDuplicates()
			.contains("GET", "GET_2", "GET_a_b", "GET_a_b_2", "GET_a_b_3", "WEBSOCKET_a_b")
			.allMatch((name) -> name.matches("[A-Za-z0-9_-]{1,140}"));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/a, /a/2, /{a}", "/user/name, /user/name/2, /user_name", "/a/2, /a, /{a}, /{a}/2, /a/2/2" })
	@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void namesThatLookLikeNumberedOnesAreUniqueToo(String paths) throws Exception {
		List<String> all = List.of(paths.split(", "));
		all.forEach((path) -> this.endpoints.add(Set.of("GET"), path, EndpointTraits.UNKNOWN));
		assertThat(json(DiscoveryVerb.INFO).map.get("endpoints").array).extracting((each) -> text(each, "name"))
			.hasSize(all.size())
			.doesNotHaveDuplicates();
	}

	@Test
	void whatDoesNotFitAMessageFollowsInPages() throws Exception {
		for (int i = 0; i < 10_000; i++) {
			this.endpoints.add(Set.of("GET"), "/resources/of/number/" + i + "/{id}", EndpointTraits.UNKNOWN);
		}
		ServiceDescription service = new ServiceDescription("orders", "1.2.3");
		for (DiscoveryVerb verb : List.of(DiscoveryVerb.INFO, DiscoveryVerb.STATS)) {
			List<String> names = new ArrayList<>();
			int pages = 0;
			String next = "0";
			while (next != null) {
				JsonValue page = json(verb, Integer.parseInt(next), 1_000_000, service);
				page.map.get("endpoints").array.forEach((each) -> names.add(text(each, "name")));
				assertThat(text(page.map.get("metadata"), "natsproxy.endpoints")).isEqualTo("10000");
				JsonValue more = page.map.get("metadata").map.get("natsproxy.next");
				next = (more != null) ? more.string : null;
				pages++;
			}
			assertThat(pages).isBetween(2, 4);
			assertThat(names).hasSize(10_000).doesNotHaveDuplicates();
		}
		JsonValue beyond = json(DiscoveryVerb.INFO, 999_999_999, 1_000_000, service);
		assertThat(beyond.map.get("endpoints").array).isEmpty();
		assertThat(beyond.map.get("metadata").map).doesNotContainKey("natsproxy.next");
	}

	@Test
	void endpointThatNeverFitsKeepsNoOtherBack() throws Exception {
		this.endpoints.add(Set.of("GET"), "/a", EndpointTraits.UNKNOWN);
		this.endpoints.add(Set.of("GET"), "/b/" + "x".repeat(2000), EndpointTraits.UNKNOWN);
		this.endpoints.add(Set.of("GET"), "/c", EndpointTraits.UNKNOWN);
		JsonValue json = json(DiscoveryVerb.INFO, 0, 1000, new ServiceDescription("orders", "1.2.3"));
		assertThat(json.map.get("endpoints").array).extracting((each) -> text(each, "name"))
			.containsExactly("GET_a", "GET_c");
		assertThat(text(json.map.get("metadata"), "natsproxy.endpoints")).isEqualTo("3");
		assertThat(json.map.get("metadata").map).doesNotContainKey("natsproxy.next");
	}

	@Test
	void answerThatFitsNoMessageIsNone() {
		DiscoveryReplies replies = replies(new ServiceDescription("orders", "1.2.3", "x".repeat(1000), Map.of()));
		assertThat(replies.write(DiscoveryVerb.INFO, 0, 500)).isNull();
		assertThat(new String(replies.write(DiscoveryVerb.PING, 0, 500), StandardCharsets.UTF_8)).contains("orders");
	}

	@Test
	void traitsOfHandlersThatShareARouteAreThoseOfBoth() {
		EndpointTraits json = new EndpointTraits(Set.of("application/json"), Set.of("application/json"), false, false,
				Duration.ofSeconds(1));
		EndpointTraits events = new EndpointTraits(Set.of(), Set.of("text/event-stream"), true, false,
				Duration.ofSeconds(2));
		EndpointTraits both = json.and(events);
		assertThat(both.consumes()).isEmpty();
		assertThat(both.produces()).containsExactlyInAnyOrder("application/json", "text/event-stream");
		assertThat(both.streams()).isTrue();
		assertThat(both.timeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(json.and(EndpointTraits.UNKNOWN).timeout()).isNull();
		assertThat(json.and(EndpointTraits.UNKNOWN).streams()).isNull();
	}

}
