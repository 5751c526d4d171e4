package io.natsproxy.gateway;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.gateway.access.AccessFormat;
import io.natsproxy.gateway.access.AccessHandler;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.gateway.access.ClientAccess;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.headers.TrustedProxies;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RequestLog}.
 */
@Timeout(60)
class RequestLogTests {

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private final RequestLog log = new RequestLog(new SubjectCodec(""), GatewayFormats.NATIVE,
			new ForwardedHeaders(new TrustedProxies(List.of())));

	private ServerWebExchange begin(String path) {
		this.channel.writeInbound(
				new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, io.netty.handler.codec.http.HttpMethod.GET, path));
		ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get(path))
			.mutate()
			.request(new ConnectedRequest(path, () -> this.channel))
			.build();
		this.log.watch(exchange, System.nanoTime(), Mono.empty()).block();
		return exchange;
	}

	private void end() {
		this.channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
	}

	@Test
	void lateWordsAreNotOfTheNextRequest() throws IOException {
		try (AccessLog access = new AccessLog(AccessFormat.JSON, (line) -> this.lines.add(line.toString()), 10)) {
			this.channel.pipeline().addLast(new AccessHandler(ClientAccess.begin(access, this.channel)));
			ServerWebExchange first = begin("/first");
			end();
			ServerWebExchange second = begin("/second");
			this.log.refused(first, "late");
			this.log.headReceived(first, System.nanoTime());
			end();
			begin("/third");
			this.log.refused(second, "late");
			end();
			ServerWebExchange fourth = begin("/fourth");
			this.log.refused(fourth, "in-time");
			end();
			await().until(() -> this.lines.size() == 4);
		}
		assertThat(this.lines).filteredOn((line) -> line.contains("late")).isEmpty();
		assertThat(this.lines.subList(0, 3)).allMatch((line) -> line.contains("\"answered\""));
		assertThat(this.lines.get(3)).contains("\"in-time\"");
	}

	private static final class ConnectedRequest extends AbstractServerHttpRequest {

		private final Connection connection;

		ConnectedRequest(String path, Connection connection) {
			super(HttpMethod.GET, URI.create(path), "", new HttpHeaders());
			this.connection = connection;
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T> T getNativeRequest() {
			return (T) this.connection;
		}

		@Override
		protected MultiValueMap<String, HttpCookie> initCookies() {
			return new LinkedMultiValueMap<>();
		}

		@Override
		protected @Nullable SslInfo initSslInfo() {
			return null;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return Flux.empty();
		}

	}

}
