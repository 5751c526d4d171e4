package io.natsproxy.it.interop;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.gateway.hook.ResponseHook;
import io.natsproxy.interop.go.GoMessageCodec;
import io.natsproxy.interop.go.GoRequest;
import io.natsproxy.interop.go.GoResponse;
import io.natsproxy.interop.go.proto.GoMessages;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.path.PathCondition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * A gateway of ours before a service of the Go project.
 */
class GoServiceIntegrationTests {

	private static TestBroker broker;

	private static GoFormatGateway gateway;

	private GoPeer service;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		gateway = GoFormatGateway.start(TestApplication.gateway(broker)
			.with(Application.class)
			.properties("natsproxy.gateway.timeout=2s", "natsproxy.gateway.formats[0].path=/native/**",
					"natsproxy.gateway.formats[0].format=native"));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		broker.close();
	}

	@BeforeEach
	void connect() {
		this.service = new GoPeer(broker);
	}

	@AfterEach
	void disconnect() {
		this.service.close();
	}

	@ParameterizedTest
	@MethodSource("io.natsproxy.it.interop.Captured#all")
	void capturedResponseIsPassedOn(Captured captured) {
		assumeFalse(captured.isHandshake());
		this.service.answer(captured.text("subject"), captured.response());
		HttpResponse<String> response = gateway.send(captured.text("method"), captured.text("url"), "{}");
		GoResponse expected = new GoMessageCodec().decodeResponse(captured.response());
		assertThat(response.statusCode()).isEqualTo(captured.index().path("httpStatusSeen").asInt());
		assertThat(response.body()).isEqualTo(new String(expected.body(), StandardCharsets.UTF_8));
		GoPeer.headers(expected)
			.forEach((name, values) -> assertThat(response.headers().allValues(name)).isEqualTo(values));
	}

	@Test
	void requestIsOneThatAGoServiceUnderstands() {
		this.service.answer("POST:.form.12324", 200, "ok", false);
		gateway.send("POST", "/form/12324?a=1&a=2", "x=1", "Content-Type", "application/x-www-form-urlencoded",
				"X-Auth", "é", "Nats-Msg-Id", "1", "Natsproxy-Target", "/admin", "X-Forwarded-For", "203.0.113.9");
		GoRequest request = this.service.nextRequest();
		assertThat(request.head().method()).isEqualTo("POST");
		assertThat(request.head().target()).isEqualTo("/form/12324?a=1&a=2");
		assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("x=1");
		assertThat(request.remoteAddress()).matches("(127\\.0\\.0\\.1|\\[.*]):\\d+");
		assertThat(request.webSocketId()).isNull();
		Map<String, List<String>> headers = new LinkedHashMap<>();
		request.head().headers().forEach(headers::put);
		assertThat(headers).containsEntry("Content-Type", List.of("application/x-www-form-urlencoded"))
			.doesNotContainKeys("Nats-Msg-Id", "Natsproxy-Target", "Connection", "Upgrade")
			.hasEntrySatisfying("X-Forwarded-For",
					(values) -> assertThat(values).hasSize(1).doesNotContain("203.0.113.9"));
	}

	@Test
	void headerValuesInUtf8AreTextAtTheServiceAndTheSameBytesAtTheClient() throws IOException {
		String bytes = new String("Grüße 世界".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
		GoMessages.Values text = GoMessages.Values.newBuilder().addValue("Grüße 世界").build();
		this.service.answer("GET:.text",
				GoMessages.Response.newBuilder().setStatusCode(200).putHeader("X-Value", text).build().toByteArray());
		RawHttpClient.Response response = RawHttpClient.get(gateway.port(), "/text", "X-Value: " + bytes,
				"X-Latin: Grüße");
		GoMessages.Request request = GoMessages.Request.parseFrom(this.service.nextMessage().getData());
		assertThat(request.getHeaderMap()).containsEntry("X-Value", text)
			.containsEntry("X-Latin", GoMessages.Values.newBuilder().addValue("Grüße").build());
		assertThat(response.header("X-Value")).containsExactly(bytes);
	}

	@Test
	void requestHasNoHeadersOfNats() {
		this.service.answer("GET:.a", 200, "", false);
		gateway.get("/a");
		assertThat(this.service.nextMessage().hasHeaders()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "/v1.0/users, GET:.v1.0.users", "/caf%C3%A9/1, GET:.café.1", "/a%20b, GET:.a%20b", "/*, GET:.%2A",
			"/a/%3E, GET:.a.%3E", "/a%0D%0APUB%20x%200, GET:.a%0D%0APUB%20x%200", "/a/, GET:.a.%", "//a, GET:.%.a" })
	void pathsReachTheSubjectOfTheRouteAndNoOther(String path, String subject) {
		this.service.answer(subject, 200, "found", false);
		assertThat(RawHttpClient.get(gateway.port(), path).status()).isEqualTo(200);
		assertThat(this.service.nextRequest().head().path()).isEqualTo(path);
		assertThat(this.service.hasNoMore()).isTrue();
	}

	@Test
	void nobodyIsA503AndNotA500() {
		HttpResponse<String> response = gateway.get("/nobody");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
	}

	@Test
	void noReplyIsA504AndNotA500() {
		this.service.on("GET:.silent", (message) -> {
		});
		assertThat(gateway.get("/silent").statusCode()).isEqualTo(504);
	}

	@ParameterizedTest
	@CsvSource({ "text", "''", "{}" })
	void undecodableReplyIsA502AndNotA500(String reply) {
		this.service.answer("GET:.broken", reply.getBytes(StandardCharsets.UTF_8));
		assertThat(gateway.get("/broken").statusCode()).isEqualTo(502);
	}

	@Test
	void bodyThatDoesNotFitIsA413WithAHint() {
		this.service.answer("POST:.upload", 200, "", false);
		HttpResponse<String> response = gateway.send("POST", "/upload", "x".repeat(1_100_000));
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(response.body()).contains("go-nats-proxy").contains("cannot stream");
		assertThat(this.service.hasNoMore()).isTrue();
		assertThat(gateway.send("POST", "/upload", "x".repeat(1_000_000)).statusCode()).isEqualTo(200);
	}

	@Test
	void bodyOfUnknownLengthThatFitsIsSent() {
		this.service.answer("POST:.upload", 200, "", false);
		String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
		RawHttpClient.Response response = RawHttpClient.exchange(gateway.port(),
				"POST /upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(8)
						+ "0\r\n\r\n");
		assertThat(response.status()).isEqualTo(200);
		assertThat(this.service.nextRequest().body()).hasSize(8 * 0x10000);
	}

	@Test
	void allHooksOnOneExpressionRun() {
		this.service.answer("GET:.hooked", 200, "", false, "X-Internal", "secret");
		HttpResponse<String> response = gateway.get("/hooked");
		assertThat(response.headers().firstValue("X-First")).hasValue("1");
		assertThat(response.headers().firstValue("X-Second")).hasValue("after 1");
	}

	@Test
	void pathsOfServicesThatHaveMovedAreInTheNativeFormat() {
		this.service.on("GET:.native.a", (message) -> this.service.reply(message, "plain".getBytes()));
		assertThat(gateway.get("/native/a").body()).isEqualTo("plain");
		assertThat(this.service.nextMessage().getHeaders().getFirst("Natsproxy-Target")).isEqualTo("/native/a");
	}

	@Test
	void upgradeFlagOutsideOfAHandshakeMeansNothing() {
		this.service.answer("GET:.flagged", 200, "body", true);
		assertThat(gateway.get("/flagged").body()).isEqualTo("body");
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		@Order(1)
		ResponseHook first() {
			return ResponseHook.of(PathCondition.regex("/hooked.*"),
					(request, response) -> Mono.fromRunnable(() -> response.getHeaders().set("X-First", "1")));
		}

		@Bean
		@Order(2)
		ResponseHook second() {
			return ResponseHook.of(PathCondition.regex("/hooked.*"), (request, response) -> Mono.fromRunnable(
					() -> response.getHeaders().set("X-Second", "after " + response.getHeaders().getFirst("X-First"))));
		}

	}

}
